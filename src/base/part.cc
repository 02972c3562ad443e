#include "base/part.h"

#include "base/check.h"

namespace hitbench {

bool Params::has(std::string_view name) const {
  const auto at = values_.find(name);
  return at != values_.end() && !std::holds_alternative<std::monostate>(at->second);
}

template <class T>
const T& Params::get(std::string_view name) const {
  const auto at = values_.find(name);
  CHECK(at != values_.end());
  const T* value = std::get_if<T>(&at->second);
  CHECK(value != nullptr);
  return *value;
}

template const bool& Params::get<bool>(std::string_view) const;
template const int64_t& Params::get<int64_t>(std::string_view) const;
template const double& Params::get<double>(std::string_view) const;
template const Duration& Params::get<Duration>(std::string_view) const;
template const std::string& Params::get<std::string>(std::string_view) const;
template const std::vector<std::string>& Params::get<std::vector<std::string>>(std::string_view) const;
template const std::vector<WeightedSize>& Params::get<std::vector<WeightedSize>>(std::string_view) const;
template const std::shared_ptr<const Part>& Params::get<std::shared_ptr<const Part>>(std::string_view) const;

}  // namespace hitbench
