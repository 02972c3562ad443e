// A chart with two axes, as SVG: lines, bands around them, dots, limits. Knows nothing of results. A series is a
// number, by which style.cc chooses color and dashes. Every text is escaped here.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "report/html/axis.h"

namespace hitbench::html {

struct Point {
  double x = 0, y = 0;  // a y that is no number interrupts the line
};

// Between two lines.
struct Band {
  std::vector<Point> low, high;
};

class Plot {
 public:
  Plot(Axis x, Axis y);

  void band(const Band& band, size_t series);
  void line(const std::vector<Point>& points, size_t series, const std::string& title);
  void dot(Point at, size_t series, const std::string& title, bool is_hollow = false);
  // Many small ones, as one path and without names.
  void dots(const std::vector<Point>& points, size_t series);
  // A part of the x axis, from its bottom to its top.
  void shade(double from, double to, const std::string& title);
  // The same of the y axis.
  void shade_rows(double from, double to, const std::string& title);
  void limit(double y, const std::string& title);
  // A moment on the x axis, with its text at the top, each below the one before; `text` may be empty.
  void moment(double x, const std::string& text, const std::string& title);

  std::string svg(const std::string& says) const;

 private:
  std::string place(Point at) const;

  const Axis x_, y_;
  std::string behind_, drawn_;
  double note_y_;  // where the text of the next moment stands
};

// Where the values of a chart with two axes are drawn, in the units of its viewBox.
struct Area {
  double left = 62, right = 456, top = 10, bottom = 192;
  double width() const { return right - left; }
  double height() const { return bottom - top; }
};

// What was drawn there, with its axes around it.
std::string framed_plot(const Axis& x, const Axis& y, const std::string& drawn, const std::string& says);

// The classes by which style.cc gives a series its color, and a line its dashes.
std::string color_of(size_t series);
std::string line_of(size_t series);

// Of a legend: a stroke of the series' line, or a box of its color.
std::string line_sample(size_t series);
std::string box_sample(size_t series);

// A coordinate: one decimal, where it has any.
std::string coordinate(double value);

}  // namespace hitbench::html
