// JSON lines: an object for each request, of which the layout names the fields: "time=ts,key=request.uri". A name may
// stand several times; the first of its fields that an object has counts.
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "base/utf8.h"
#include "workload/trace/line_reader.h"
#include "workload/trace/parts.h"
#include "workload/trace/web_fields.h"

namespace hitbench {
namespace {

constexpr size_t kDeepest = 64;  // objects and lists within each other

struct JsonName {
  std::string_view name;
  WebField field;
};

constexpr JsonName kJsonNames[] = {
    {"time", WebField::ended},
    {"arrival", WebField::arrived},
    {"key", WebField::uri},
    {"path", WebField::path},
    {"query", WebField::query},
    {"request", WebField::request_line},
    {"host", WebField::host},
    {"method", WebField::method},
    {"op", WebField::method},
    {"status", WebField::status},
    {"bytes", WebField::body},
    {"value_bytes", WebField::value},
    {"seconds", WebField::took_seconds},
    {"ms", WebField::took_milliseconds},
    {"us", WebField::took_microseconds},
    {"ns", WebField::took_nanoseconds},
    {"origin_seconds", WebField::origin_seconds},
    {"origin_ms", WebField::origin_milliseconds},
    {"ttl", WebField::ttl},
};

struct WantedField {
  std::string path;  // its keys, joined by dots
  WebField field = WebField::ignored;
  std::string text = {};  // the last object's; empty if it has none
};

std::vector<WantedField> parse_json_layout(std::string_view layout) {
  std::vector<std::string> names;
  for (const JsonName& name : kJsonNames) names.emplace_back(name.name);
  std::vector<WantedField> wanted;
  bool has_key = false;
  for (size_t at = 0; at <= layout.size();) {
    const size_t end = std::min(layout.find(',', at), layout.size());
    const std::string_view one = layout.substr(at, end - at);
    at = end + 1;
    const size_t equals = std::min(one.find('='), one.size());
    const std::string name = trimmed(one.substr(0, equals)),
                      path = trimmed(one.substr(std::min(equals + 1, one.size())));
    const auto known = std::ranges::find(names, name);
    if (known == names.end() || path.empty()) {
      throw usage_error("layout of JSON lines: '" + std::string(one) + "' names no field." + did_you_mean(name, names),
                        "write a layout like time=ts,key=request.uri,status=status");
    }
    const WebField field = kJsonNames[known - names.begin()].field;
    has_key |= field == WebField::uri || field == WebField::path || field == WebField::request_line;
    wanted.push_back({path, field});
  }
  if (!has_key) throw usage_error("layout of JSON lines: no key", "add key=FIELD, such as key=request.uri");
  return wanted;
}

// Takes the events of nlohmann's parser, and keeps the values that are wanted. What is in a list is not.
class JsonFields {
 public:
  explicit JsonFields(std::vector<WantedField>& wanted) : wanted_(wanted) {}

  void restart() {
    for (WantedField& field : wanted_) field.text.clear();
    path_.clear();
    levels_.clear();
    lists_ = 0;
    fault_.clear();
    is_object_ = false;
  }
  const std::string& fault() const { return fault_; }
  bool is_object() const { return is_object_; }

  bool null() { return true; }
  bool boolean(bool) { return true; }
  bool number_integer(int64_t value) { return keep_number(value); }
  bool number_unsigned(uint64_t value) { return keep_number(value); }
  bool number_float(double, const std::string& text) { return keep(text); }
  bool string(const std::string& text) { return keep(text); }
  bool binary(const std::vector<uint8_t>&) { return true; }
  bool start_object(size_t) {
    if (levels_.empty()) is_object_ = true;
    return start(false);
  }
  bool start_array(size_t) { return start(true); }
  bool end_object() { return end(); }
  bool end_array() { return end(); }
  bool key(const std::string& name) {
    path_.resize(levels_.back().path_bytes);
    if (!path_.empty()) path_ += '.';
    path_ += name;
    return true;
  }
  template <class Exception>
  bool parse_error(size_t at, const std::string& /*token*/, const Exception&) {
    fault_ = "no JSON from its byte " + std::to_string(at) + " on";
    return false;
  }

 private:
  struct Level {
    size_t path_bytes = 0;  // of the object's own path
    bool is_list = false;
  };

  bool start(bool is_list) {
    if (levels_.size() == kDeepest) {
      fault_ = "nested more than " + std::to_string(kDeepest) + " deep";
      return false;
    }
    lists_ += is_list;
    levels_.push_back({path_.size(), is_list});
    return true;
  }
  bool end() {
    path_.resize(levels_.back().path_bytes);
    lists_ -= levels_.back().is_list;
    levels_.pop_back();
    return true;
  }

  template <class Number>
  bool keep_number(Number value) {
    std::array<char, 24> digits{};
    const char* const end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    return keep({digits.data(), static_cast<size_t>(end - digits.data())});
  }
  bool keep(std::string_view text) {
    if (lists_ > 0) return true;
    for (WantedField& field : wanted_) {
      if (field.path == path_ && field.text.empty()) field.text = text;
    }
    return true;
  }

  std::vector<WantedField>& wanted_;
  std::string path_;
  std::vector<Level> levels_;
  size_t lists_ = 0;
  std::string fault_;
  bool is_object_ = false;
};

// Bytes that are no UTF-8, which nginx logs as they are, become the characters of Latin-1, each another.
std::string as_utf8(std::string_view text) {
  std::string whole;
  for (size_t at = 0; at < text.size();) {
    const Character character = character_at(text, at);
    if (character.damaged) {
      const auto byte = static_cast<unsigned char>(text[at]);
      whole += static_cast<char>(0xc0 | (byte >> 6));
      whole += static_cast<char>(0x80 | (byte & 0x3f));
    } else {
      whole += text.substr(at, character.bytes);
    }
    at += character.bytes;
  }
  return whole;
}

class JsonReader final : public LineReader {
 public:
  JsonReader(TraceInput input, const std::string& layout)
      : LineReader(std::move(input)), wanted_(parse_json_layout(layout)), json_(wanted_) {
    for (const WantedField& field : wanted_) wants_time_ |= is_time(field.field);
  }

  Got next(Request& request) override {
    std::string_view line;
    if (!next_line(line)) return Got::end;
    ++lines_;
    if (lines().is_cut()) return refuse("a line of more than 4 MiB");
    if (line.empty()) return refuse("blank line");
    WebEntry entry;
    std::string fault = read_json(line) ? take_fields(entry) : json_fault();
    if (!fault.empty()) return refuse(lines().is_unended() ? "cut off" : std::move(fault));
    requests_.make(entry, request);
    if (request.key.empty()) ++without_key_;
    if (wants_time_ && !request.time && !request.key.empty()) return refuse("no time");
    return Got::request;
  }

  std::string remedy() const override { return "each line is a JSON object with the fields " + names(); }

  std::string doubt() const override {
    if (without_key_ * 2 <= lines_) return "";
    return "most of its lines have no key; each is to have the fields " + names();
  }

  bool has_whole_seconds() const override { return wants_time_ && !fields_.saw_fraction(); }

 private:
  static bool is_time(WebField field) { return field == WebField::ended || field == WebField::arrived; }

  bool read_json(std::string_view line) {
    if (parse(line)) return true;
    if (!json_.fault().starts_with("no JSON")) return false;
    const std::string whole = as_utf8(line);
    return whole != line && parse(whole);
  }
  bool parse(std::string_view text) {
    json_.restart();
    return nlohmann::json::sax_parse(text.begin(), text.end(), &json_) && json_.is_object();
  }
  std::string json_fault() const { return json_.fault().empty() ? "no JSON object" : json_.fault(); }

  // What is wrong with them; empty if nothing is.
  std::string take_fields(WebEntry& entry) {
    uint32_t taken = 0;  // a bit for each group of fields
    for (const WantedField& wanted : wanted_) {
      const uint32_t bit = uint32_t{1} << static_cast<unsigned>(web_field_group(wanted.field));
      if (wanted.text.empty() || wanted.text == "-" || (taken & bit) != 0) continue;
      taken |= bit;
      if (fields_.take(wanted.field, wanted.text, entry)) continue;
      return "no " + std::string(web_field_noun(wanted.field)) + " where " + wanted.path + " should be";
    }
    if (entry.origin_time == Duration(0)) entry.origin_time.reset();  // of a hit, which asked no origin
    return "";
  }

  std::string names() const {
    std::string all;
    for (const WantedField& field : wanted_) add_part(all, field.path);
    return all;
  }

  std::vector<WantedField> wanted_;
  JsonFields json_;
  WebFields fields_;
  WebRequests requests_;
  bool wants_time_ = false;
  uint64_t lines_ = 0, without_key_ = 0;
};

}  // namespace

std::unique_ptr<TraceReader> make_json_reader(TraceInput input) {
  const std::string layout = input.layout;
  return std::make_unique<JsonReader>(std::move(input), layout);
}

}  // namespace hitbench
