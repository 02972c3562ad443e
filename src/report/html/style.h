// How an HTML page looks, in light and dark, on a screen and on paper.
#pragma once

namespace hitbench::html {

extern const char* const kStyle;

}  // namespace hitbench::html
