#include "strategy/value.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace hitbench {
namespace {

const Key kKey{.id = 7, .text = "key-000000000007"};

Value sample() {
  return {.write_id = 0x0102030405060708,
          .row_version = 9,
          .expiry = Time(Duration(123456789)),
          .load_time = std::chrono::milliseconds(5),
          .flags = 1,
          .payload = "payload"};
}

std::string encoded(Envelope envelope = Envelope::checked) {
  std::string out;
  encode_value(kKey, sample(), envelope, out);
  return out;
}

TEST(Value, ComesBackAsItWent) {
  const std::string bytes = encoded();
  ASSERT_EQ(bytes.size(), kEnvelopeBytes + 7);
  Value value;
  ASSERT_EQ(decode_value(kKey, bytes, Envelope::checked, value), Decoded::ok);
  EXPECT_EQ(value.write_id, 0x0102030405060708u);
  EXPECT_EQ(value.row_version, 9u);
  EXPECT_EQ(value.expiry, Time(Duration(123456789)));
  EXPECT_EQ(value.load_time, std::chrono::milliseconds(5));
  EXPECT_EQ(value.flags, 1);
  EXPECT_EQ(value.payload, "payload");
}

TEST(Value, KeepsVersionsBigEndianSoThatTheyCompareAsStrings) {
  EXPECT_EQ(encoded().substr(0, 8), std::string("\x01\x02\x03\x04\x05\x06\x07\x08", 8));
  EXPECT_EQ(encoded().substr(8, 8), std::string("\0\0\0\0\0\0\0\x09", 8));
}

TEST(Value, AnyChangedByteIsCorrupt) {
  for (size_t i = 0; i < encoded().size(); ++i) {
    std::string bytes = encoded();
    bytes[i] = static_cast<char>(bytes[i] ^ 0x10);
    Value value;
    EXPECT_EQ(decode_value(kKey, bytes, Envelope::checked, value), Decoded::corrupt) << "byte " << i;
  }
}

TEST(Value, UnderAnotherKeyIsCorruptEvenWithoutAChecksum) {
  Value value;
  EXPECT_EQ(decode_value({.id = 8, .text = "key-000000000008"}, encoded(Envelope::plain), Envelope::plain, value),
            Decoded::corrupt);
}

TEST(Value, CutShortOrGrownIsCorrupt) {
  const std::string bytes = encoded(Envelope::plain);
  Value value;
  EXPECT_EQ(decode_value(kKey, "", Envelope::plain, value), Decoded::corrupt);
  EXPECT_EQ(decode_value(kKey, bytes.substr(0, bytes.size() - 1), Envelope::plain, value), Decoded::corrupt);
  EXPECT_EQ(decode_value(kKey, bytes + "x", Envelope::plain, value), Decoded::corrupt);
}

TEST(Value, IsThePayloadAloneWhereNothingAsksForAnEnvelope) {
  EXPECT_EQ(encoded(Envelope::none), "payload");
  Value value = sample();
  ASSERT_EQ(decode_value(kKey, "another", Envelope::none, value), Decoded::ok);
  EXPECT_EQ(value.payload, "another");
  EXPECT_EQ(value.expiry, Time{});
  EXPECT_EQ(value.flags, 0);
}

}  // namespace
}  // namespace hitbench
