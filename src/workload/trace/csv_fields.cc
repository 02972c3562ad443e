#include "workload/trace/csv_fields.h"

namespace hitbench {
namespace {

constexpr size_t kMostCsvFields = 1000;

}  // namespace

bool CsvFields::refuse(const char* why) {
  wrong_ = why;
  return false;
}

// The field that begins behind the quote at the front of `rest`, up to the end of its closing quote.
bool CsvFields::take_quoted(std::string_view& rest) {
  rest.remove_prefix(1);
  const size_t begin = unquoted_.size();
  while (true) {
    const size_t quote = rest.find('"');
    if (quote == std::string_view::npos) return refuse("a quote that is not closed");
    const std::string_view piece = rest.substr(0, quote);
    rest.remove_prefix(quote + 1);
    const bool doubled = rest.starts_with('"');
    if (!doubled && unquoted_.size() == begin) {
      fields_.push_back(piece);
      return true;
    }
    unquoted_ += piece;
    if (!doubled) break;
    unquoted_ += '"';
    rest.remove_prefix(1);
  }
  fields_.push_back(std::string_view(unquoted_).substr(begin));
  return true;
}

bool CsvFields::split(std::string_view record, char delimiter) {
  fields_.clear();
  unquoted_.clear();
  unquoted_.reserve(record.size());  // so that it does not move while fields point into it
  for (std::string_view rest = record;; rest.remove_prefix(1)) {
    if (rest.starts_with('"')) {
      if (!take_quoted(rest)) return false;
    } else {
      const std::string_view field = rest.substr(0, rest.find(delimiter));
      fields_.push_back(field);
      rest.remove_prefix(field.size());
    }
    if (rest.empty()) return true;
    if (rest[0] != delimiter) return refuse("text behind a closing quote");
    if (fields_.size() == kMostCsvFields) return refuse("more than 1,000 columns");
  }
}

bool CsvFields::split_plain(std::string_view record, char delimiter) {
  fields_.clear();
  while (true) {
    const size_t end = record.find(delimiter);
    fields_.push_back(record.substr(0, end));
    if (end == std::string_view::npos) return true;
    if (fields_.size() == kMostCsvFields) return refuse("more than 1,000 columns");
    record.remove_prefix(end + 1);
  }
}

}  // namespace hitbench
