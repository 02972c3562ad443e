#include "workload/trace/record_reader.h"

#include "tests/workload/trace/spell_request.h"

namespace hitbench {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// The least significant byte first.
std::string little(uint64_t value, size_t bytes) {
  std::string text;
  for (size_t i = 0; i < bytes; ++i) text += static_cast<char>(value >> (8 * i) & 0xff);
  return text;
}

std::string oracle(uint32_t time_s, uint64_t key, uint32_t size) {
  return little(time_s, 4) + little(key, 8) + little(size, 4) + little(~uint64_t{0}, 8);
}
std::string oracle_op(uint32_t time_s, uint64_t key, uint32_t size, uint8_t operation) {
  return little(time_s, 4) + little(key, 8) + little(size, 4) + little(operation, 1) + little(513, 2) +
         little(~uint64_t{0}, 8);
}
std::string twr(uint32_t time_s, uint64_t key, uint32_t key_bytes, uint32_t value_bytes, uint32_t operation,
                uint32_t ttl_s) {
  return little(time_s, 4) + little(key, 8) + little(key_bytes << 22 | value_bytes, 4) +
         little(operation << 24 | ttl_s, 4);
}

TEST(RecordReader, ReadsNumbersOfEitherOrder) {
  const std::string bytes("\x01\x02\xfe\xff", 4);
  EXPECT_EQ(little_endian<uint32_t>(bytes, 0), 0xfffe0201U);
  EXPECT_EQ(big_endian<uint32_t>(bytes, 0), 0x0102feffU);
  EXPECT_EQ(little_endian<uint16_t>(bytes, 2), 0xfffeU);
}

TEST(OracleGeneralReader, ReadsRecords) {
  EXPECT_THAT(all_of(make_oracle_general_reader, oracle(7, 42, 100) + oracle(7, ~uint64_t{0}, 0)),
              ElementsAre("@7 '42' value 100", "@7 '18446744073709551615' value 0"));
  EXPECT_TRUE(reader_of(make_oracle_general_reader, "")->has_whole_seconds());
}

TEST(OracleGeneralReader, TellsARecordThatIsCutOff) {
  const auto reader = reader_of(make_oracle_general_reader, oracle(7, 42, 100) + "abc");
  EXPECT_THAT(all_of(*reader), ElementsAre("@7 '42' value 100", "t: record 2: cut off: 3 of a record's 24 bytes"));
  EXPECT_EQ(reader->excerpt(), "abc");
}

TEST(OracleGeneralReader, DoubtsWhatCannotBeSo) {
  const auto reader =
      reader_of(make_oracle_general_reader, oracle(10000, 1, 1) + oracle(6400, 2, 1) + oracle(2799, 3, 1) +
                                                oracle(2799, 4, uint32_t{1} << 31) + oracle(2800, 5, 1));
  EXPECT_THAT(all_of(*reader), ElementsAre("@10000 '1' value 1", "@6400 '2' value 1",
                                           "t: record 3: its time is over an hour before the last one",
                                           "t: record 4: a size of 2 GiB or more", "@2800 '5' value 1"));
  EXPECT_THAT(reader->doubt(), HasSubstr("another format"));
  EXPECT_THAT(reader->remedy(), HasSubstr("24 bytes"));
}

TEST(OracleGeneralReader, ReadsOperations) {
  EXPECT_THAT(all_of(make_oracle_general_op_ns_reader, oracle_op(1, 5, 9, 0) + oracle_op(1, 5, 9, 1) +
                                                           oracle_op(2, 5, 9, 3) + oracle_op(2, 5, 9, 9) +
                                                           oracle_op(2, 5, 9, 10) + oracle_op(2, 5, 9, 15)),
              ElementsAre("@1 '5' value 9", "@1 read '5' value 9", "@2 write '5' value 9", "@2 erase '5' value 9",
                          "@2 modify '5' value 9", "@2 '5' value 9 without operation 15"));
}

TEST(TwrReader, UnpacksSizesOperationAndTtl) {
  EXPECT_THAT(all_of(make_twr_reader, twr(1, 5, 1023, 0x3fffff, 1, 0) + twr(1, 5, 20, 0, 1, 0) +
                                          twr(2, 6, 20, 0, 3, 0xffffff) + twr(2, 6, 20, 8, 200, 0)),
              ElementsAre("@1 read '5' found key 1023 value 4194303", "@1 read '5' missed key 20",
                          "@2 write '6' key 20 value 0 ttl 16777215", "@2 '6' key 20 value 8 without operation 200"));
  EXPECT_THAT(all_of(make_twr_reader, twr(9000, 5, 1, 1, 1, 0) + twr(1, 5, 1, 1, 1, 0)),
              ElementsAre(testing::_, "t: record 2: its time is over an hour before the last one"));
}

TEST(RawIdsReader, ReadsBigEndianNumbers) {
  EXPECT_THAT(all_of(make_cache2k_reader, std::string("\0\0\1\2\xff\xff\xff\xff\0\0", 10)),
              ElementsAre("'258'", "'-1'", "t: record 3: cut off: 2 of a record's 4 bytes"));
  EXPECT_THAT(all_of(make_corda_reader, std::string("\0\0\0\0\0\0\1\2\x80\0\0\0\0\0\0\0", 16)),
              ElementsAre("'258'", "'-9223372036854775808'"));
}

// More than are read at a time.
TEST(RawIdsReader, ReadsOnBehindItsBuffer) {
  const auto reader = reader_of(make_cache2k_reader, std::string(4 * 10000 + 1, '\0'));
  EXPECT_THAT(all_of(*reader), testing::SizeIs(10001));
  EXPECT_EQ(reader->where(), "t: record 10001");
}

}  // namespace
}  // namespace hitbench
