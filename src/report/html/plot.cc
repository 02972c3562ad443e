#include "report/html/plot.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/html/markup.h"

namespace hitbench::html {
namespace {

constexpr double kWidth = 480, kHeight = 236;
constexpr double kNoteHeight = 12;
constexpr Area kArea;
constexpr double kLeft = kArea.left, kRight = kArea.right, kTop = kArea.top, kBottom = kArea.bottom;

double x_at(const Axis& axis, double value) {
  return kLeft + std::clamp(axis.place(value), -0.02, 1.02) * (kRight - kLeft);
}
double y_at(const Axis& axis, double value) {
  return kBottom - std::clamp(axis.place(value), -0.02, 1.02) * (kBottom - kTop);
}

std::string titled(const std::string& title) { return element("title", title); }

std::string rectangle(double left, double top, double right, double bottom, const std::string& title) {
  return fmt::format("<g>{}<rect class=\"shade\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/></g>", titled(title),
                     coordinate(left), coordinate(top), coordinate(std::max(right - left, 1.0)),
                     coordinate(std::max(bottom - top, 1.0)));
}

std::string text_at(double x, double y, std::string_view anchor, const std::string& text) {
  return fmt::format("<text x=\"{}\" y=\"{}\" class=\"{}\">{}</text>", coordinate(x), coordinate(y), anchor,
                     markup_text(text));
}

std::string grid_of(const Axis& x, const Axis& y) {
  std::string text;
  for (const Tick& tick : y.ticks) {
    const double at = y_at(y, tick.value);
    text +=
        fmt::format("<path class=\"grid\" d=\"M{} {}H{}\"/>", coordinate(kLeft), coordinate(at), coordinate(kRight));
    text += text_at(kLeft - 6, at + 4, "end", tick.text);
  }
  for (const Tick& tick : x.ticks) {
    const double at = x_at(x, tick.value);
    text +=
        fmt::format("<path class=\"grid\" d=\"M{} {}V{}\"/>", coordinate(at), coordinate(kTop), coordinate(kBottom));
    text += text_at(at, kBottom + 16, "middle", tick.text);
  }
  return text + text_at((kLeft + kRight) / 2, kBottom + 36, "middle", x.label);
}

}  // namespace

std::string coordinate(double value) {
  std::string text = fmt::format("{:.1f}", value);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text == "-0" ? "0" : text;
}

std::string color_of(size_t series) { return fmt::format("c{}", series % 8); }

// Two series of one color differ in their dashes.
std::string line_of(size_t series) { return fmt::format("{} d{}", color_of(series), (series + series / 8) % 4); }

std::string line_sample(size_t series) {
  return fmt::format(
      R"(<svg class="key" viewBox="0 0 28 10" aria-hidden="true"><path class="line {}" d="M0 5H28"/></svg>)",
      line_of(series));
}

std::string box_sample(size_t series) {
  return fmt::format(
      R"(<svg class="key" viewBox="0 0 28 10" aria-hidden="true"><rect class="fill {}" width="28" height="10"/></svg>)",
      color_of(series));
}

std::string framed_plot(const Axis& x, const Axis& y, const std::string& drawn, const std::string& says) {
  return fmt::format("<svg class=\"chart\" role=\"img\" aria-label=\"{}\" viewBox=\"0 0 {} {}\">{}\n{}</svg>\n",
                     markup_text(says), kWidth, kHeight, grid_of(x, y), drawn);
}

Plot::Plot(Axis x, Axis y) : x_(std::move(x)), y_(std::move(y)), note_y_(kTop + kNoteHeight) {}

std::string Plot::place(Point at) const { return coordinate(x_at(x_, at.x)) + " " + coordinate(y_at(y_, at.y)); }

void Plot::band(const Band& band, size_t series) {
  if (band.low.empty() || band.low.size() != band.high.size()) return;
  std::string path;
  for (const Point& point : band.high) path += (path.empty() ? "M" : "L") + place(point);
  for (auto point = band.low.rbegin(); point != band.low.rend(); ++point) path += "L" + place(*point);
  behind_ += fmt::format("<path class=\"band {}\" d=\"{}Z\"/>\n", color_of(series), path);
}

void Plot::line(const std::vector<Point>& points, size_t series, const std::string& title) {
  std::string path;
  bool goes_on = false;
  for (const Point& point : points) {
    if (std::isfinite(point.y)) path += (goes_on ? "L" : "M") + place(point);
    goes_on = std::isfinite(point.y);
  }
  if (path.empty()) return;
  drawn_ += fmt::format("<g>{}<path class=\"line {}\" d=\"{}\"/></g>\n", titled(title), line_of(series), path);
}

void Plot::dot(Point at, size_t series, const std::string& title, bool is_hollow) {
  if (!std::isfinite(at.y)) return;
  drawn_ += fmt::format("<circle class=\"{} {}\" cx=\"{}\" cy=\"{}\" r=\"{}\">{}</circle>", is_hollow ? "ring" : "fill",
                        color_of(series), coordinate(x_at(x_, at.x)), coordinate(y_at(y_, at.y)), 3, titled(title));
}

// A line of no length has round ends, and looks like a dot.
void Plot::dots(const std::vector<Point>& points, size_t series) {
  std::string path;
  for (const Point& point : points) {
    if (std::isfinite(point.y)) path += "M" + place(point) + "h0";
  }
  if (!path.empty()) drawn_ += fmt::format("<path class=\"dots {}\" d=\"{}\"/>\n", color_of(series), path);
}

void Plot::shade(double from, double to, const std::string& title) {
  behind_ += rectangle(x_at(x_, from), kTop, x_at(x_, to), kBottom, title);
  behind_ += text_at(x_at(x_, from) + 3, kTop + kNoteHeight - 1, "note", title);
  note_y_ = std::max(note_y_, kTop + 2 * kNoteHeight);
}

void Plot::shade_rows(double from, double to, const std::string& title) {
  behind_ += rectangle(kLeft, y_at(y_, to), kRight, y_at(y_, from), title);
}

void Plot::limit(double y, const std::string& title) {
  const double at = y_at(y_, y);
  drawn_ +=
      fmt::format("<path class=\"limit\" d=\"M{} {}H{}\"/>", coordinate(kLeft), coordinate(at), coordinate(kRight));
  drawn_ += text_at(kRight - 3, at - 4, "note end", title);
}

// Right of its line, or left of it where it would not fit.
void Plot::moment(double x, const std::string& text, const std::string& title) {
  const double at = x_at(x_, x);
  behind_ += fmt::format("<g>{}<path class=\"moment\" d=\"M{} {}V{}\"/></g>", titled(title), coordinate(at),
                         coordinate(kTop), coordinate(kBottom));
  if (text.empty()) return;
  const bool is_left = at > kLeft + 0.7 * (kRight - kLeft);
  behind_ += text_at(is_left ? at - 3 : at + 3, note_y_ - 1, is_left ? "note end" : "note", text);
  note_y_ += kNoteHeight;
}

std::string Plot::svg(const std::string& says) const { return framed_plot(x_, y_, behind_ + drawn_, says); }

}  // namespace hitbench::html
