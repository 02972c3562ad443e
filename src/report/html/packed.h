// A file inside of a page.
#pragma once

#include <string>
#include <string_view>

namespace hitbench::html {

// As gzip does it (RFC 1952), without a name or a date: equal texts give equal bytes.
std::string gzipped(std::string_view text);

}  // namespace hitbench::html
