#include "report/html/lanes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/html/markup.h"
#include "report/html/plot.h"
#include "report/layout.h"

namespace hitbench::html {
namespace {

constexpr double kLanesWidth = 480, kLane = 38, kBarTop = 18, kBarHeight = 13, kMiddle = 26;
constexpr double kFirst = 12, kLast = 468;  // of a strip's axis

std::string lane_text(double x, double lane, std::string_view classes, const std::string& text) {
  if (text.empty()) return "";
  return fmt::format("<text x=\"{}\" y=\"{}\" class=\"{}\">{}</text>", coordinate(x), coordinate(lane * kLane + 13),
                     classes, markup_text(text));
}

std::string fitting(const std::string& label, const std::string& figure) {
  constexpr size_t kCharacters = 76, kLeast = 20;
  return shorten(label, kCharacters - std::min(display_width(figure) + 2, kCharacters - kLeast));
}

std::string framed(double height, const std::string& says, const std::string& content) {
  return fmt::format("<svg class=\"chart\" role=\"img\" aria-label=\"{}\" viewBox=\"0 0 {} {}\">\n{}</svg>\n",
                     markup_text(says), kLanesWidth, coordinate(height), content);
}

std::string bar_svg(const Bar& bar, double lane, double full) {
  std::string text = lane_text(0, lane, "name", fitting(bar.label, bar.figure));
  text += lane_text(kLanesWidth, lane, "end", bar.figure);
  const double top = lane * kLane + kBarTop;
  text += fmt::format("<rect class=\"track\" y=\"{}\" width=\"{}\" height=\"{}\"/>", coordinate(top), kLanesWidth,
                      kBarHeight);
  double left = 0;
  for (const BarPart& part : bar.parts) {
    const double width = full > 0 ? std::clamp(part.value / full, 0.0, 1.0) * kLanesWidth : 0;
    if (width > 0) {
      text += fmt::format("<rect class=\"fill {}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\">{}</rect>",
                          color_of(part.series), coordinate(left), coordinate(top), coordinate(std::max(width, 0.3)),
                          kBarHeight, element("title", part.title));
    }
    left += width;
  }
  return text + "\n";
}

class StripLane {
 public:
  StripLane(const Axis& axis, double lane) : axis_(axis), lane_(lane), middle_(lane * kLane + kMiddle) {}

  std::string draw(const Strip& strip) {
    if (strip.is_shaded) box(0, kLanesWidth, lane_ * kLane, kLane);
    if (strip.band) box(x(strip.band->low), x(strip.band->high), lane_ * kLane + kBarTop, kLane - kBarTop);
    text_ += lane_text(4, lane_, "name", fitting(strip.label, strip.figure));
    text_ += lane_text(kLanesWidth - 4, lane_, "end", strip.figure);
    text_ += fmt::format("<path class=\"grid\" d=\"M0 {}H{}\"/>", coordinate(middle_), kLanesWidth);
    if (strip.interval) whisker(*strip.interval, strip.series);
    for (const double dot : strip.dots) circle(dot, strip.series, "dot", 3);
    if (strip.middle) circle(*strip.middle, strip.series, "fill", 4.5);
    return text_ + "\n";
  }

 private:
  double x(double value) const { return std::clamp(kFirst + axis_.place(value) * (kLast - kFirst), 0.0, kLanesWidth); }

  void box(double left, double right, double top, double height) {
    text_ += fmt::format("<rect class=\"shade\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>", coordinate(left),
                         coordinate(top), coordinate(std::max(right - left, 1.0)), coordinate(height));
  }

  void whisker(const Interval& interval, size_t series) {
    text_ += fmt::format("<path class=\"interval {}\" d=\"M{} {}H{}\"/>", color_of(series), coordinate(x(interval.low)),
                         coordinate(middle_), coordinate(x(interval.high)));
  }

  void circle(double value, size_t series, std::string_view kind, double radius) {
    if (!std::isfinite(value)) return;
    text_ += fmt::format("<circle class=\"{} {}\" cx=\"{}\" cy=\"{}\" r=\"{}\"/>", kind, color_of(series),
                         coordinate(x(value)), coordinate(middle_), coordinate(radius));
  }

  const Axis& axis_;
  const double lane_, middle_;
  std::string text_;
};

}  // namespace

std::string bars_svg(const std::vector<Bar>& bars, double full, const std::string& says) {
  std::string text;
  for (size_t i = 0; i < bars.size(); ++i) text += bar_svg(bars[i], static_cast<double>(i), full);
  return framed(static_cast<double>(bars.size()) * kLane, says, text);
}

std::string strips_svg(const std::vector<Strip>& strips, const Axis& axis, const std::string& says) {
  const double bottom = static_cast<double>(strips.size()) * kLane + 2;
  std::string text;
  for (const Tick& tick : axis.ticks) {
    const double at = kFirst + axis.place(tick.value) * (kLast - kFirst);
    text += fmt::format("<path class=\"grid\" d=\"M{} 0V{}\"/><text x=\"{}\" y=\"{}\" class=\"middle\">{}</text>",
                        coordinate(at), coordinate(bottom), coordinate(std::clamp(at, 24.0, kLanesWidth - 24)),
                        coordinate(bottom + 14), markup_text(tick.text));
  }
  text += fmt::format("<text x=\"{}\" y=\"{}\" class=\"middle\">{}</text>\n", coordinate(kLanesWidth / 2),
                      coordinate(bottom + 32), markup_text(axis.label));
  for (size_t i = 0; i < strips.size(); ++i) text += StripLane(axis, static_cast<double>(i)).draw(strips[i]);
  return framed(bottom + 38, says, text);
}

}  // namespace hitbench::html
