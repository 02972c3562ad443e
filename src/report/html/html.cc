#include "report/html/html.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/document.h"
#include "report/html/markup.h"
#include "report/html/style.h"

namespace hitbench::html {
namespace {

constexpr size_t kOpenCharts = 5;

std::string head_html(const std::string& title) {
  return fmt::format(R"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{}</title>
<style>{}</style>
</head>
<body>
<main>
)",
                     markup_text(title), kStyle);
}

std::string folded(const std::string& summary, const std::string& content) {
  return "<details><summary>" + summary + "</summary>\n" + content + "</details>\n";
}

std::string legend_of(const Chart& chart) {
  if (chart.legend.empty()) return "";
  std::string text = "<ul class=\"legend\">\n";
  for (const LegendEntry& entry : chart.legend) text += "<li>" + entry.sample + markup_text(entry.text) + "</li>\n";
  return text + "</ul>\n";
}

std::string chart_html(const Chart& chart, bool is_open) {
  std::string text =
      fmt::format("<section id=\"{}\"><details{}><summary>{}</summary>\n<figure>\n{}", chart.id, is_open ? " open" : "",
                  element("h2", chart.title), element("figcaption", chart.note, "small"));
  text += legend_of(chart) + "<div class=\"panels\">\n";
  for (const Panel& panel : chart.panels) {
    text += "<div class=\"panel\">" + (panel.title.empty() ? "" : element("h3", panel.title)) + panel.svg + "</div>\n";
  }
  text += "</div>\n" + folded("The figures as a table", table_of(chart.table, chart.title));
  return text + "</figure></details></section>\n";
}

std::string charts_html(const std::vector<Chart>& charts) {
  const auto leading = std::count_if(charts.begin(), charts.end(), [](const Chart& chart) { return chart.leads; });
  size_t left = kOpenCharts - std::min(kOpenCharts, static_cast<size_t>(leading));
  std::string text;
  for (const Chart& chart : charts) {
    const bool is_open = chart.leads || left > 0;
    if (!chart.leads && left > 0) --left;
    text += chart_html(chart, is_open);
  }
  return text;
}

void add_values(const Document& document, const std::string& path, Grid& table) {
  for (const auto& [name, value] : document.items()) {
    const std::string at = path.empty() ? name : path + "." + name;
    if (value.is_object()) {
      add_values(value, at, table);
    } else if (!value.is_null()) {
      const std::string word = document_word(value);
      table.rows.push_back(
          {text_cell(at),
           text_cell(word.empty() ? value.dump(-1, ' ', false, Document::error_handler_t::replace) : word)});
    }
  }
}

std::string environment_html(const std::string& json) {
  Document environment = document_of(json);
  environment.erase("command");
  Grid table{.columns = {{.head = {"environment"}}, {.head = {"value"}}}, .rows = {}};
  add_values(environment, "", table);
  return table.rows.empty() ? "" : folded("Environment", table_of(table, "Environment"));
}

std::string lines_html(const std::string& text) {
  std::string lines;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    lines += markup_text(std::string_view(text).substr(at, end - at)) + "\n";
    at = end + 1;
  }
  return lines;
}

std::string attached_html(const Attached& attached) {
  std::string text = attached.label.empty() ? "" : element("h3", attached.label) + "\n";
  const std::string command = word_at(document_of(attached.environment_json), {"command"});
  if (!command.empty())
    text += "<p>The command:</p>\n<pre class=\"wrap\"><code>" + markup_text(command) + "</code></pre>\n";
  text += environment_html(attached.environment_json);
  if (!attached.scenario_json.empty()) {
    text += folded("Scenario, with every default",
                   "<pre tabindex=\"0\"><code>" + lines_html(attached.scenario_json) + "</code></pre>\n");
  }
  return text;
}

std::string download_html(const Attached& attached, const AttachedData& data) {
  std::string text = fmt::format(
      "<p><a class=\"button\" download=\"{}.json.gz\" href=\"data:application/gzip;base64,{}\">Download the data: "
      "JSON, "
      "gzip</a></p>\n",
      attached.file_name, data.base64);
  if (!data.left_out.empty()) {
    text += element("p",
                    fmt::format("Left out of it, to keep this page small: {}. The result file (--format json) has all.",
                                fmt::join(data.left_out, "; ")),
                    "small") +
            "\n";
  }
  return text;
}

size_t most_bytes_with(size_t rows) { return kMostBytes + (rows > kRows ? (rows - kRows) * kBytesOfFurtherRow : 0); }

}  // namespace

std::string document_html(const HtmlParts& parts) {
  std::string text = head_html(parts.title) + parts.blocks + charts_html(parts.charts) +
                     (parts.details.empty() ? "" : folded("Every table, and what it means", parts.details)) +
                     "<footer id=\"method\">\n<h2>Method and environment</h2>\n" + parts.footer;
  constexpr std::string_view kEnd = "</footer>\n</main>\n</body>\n</html>\n";
  constexpr size_t kAroundData = 600;  // bytes of a download's own words
  std::vector<std::string> attached;
  size_t taken = text.size() + kEnd.size();
  for (const Attached& each : parts.attached) {
    attached.push_back(attached_html(each));
    taken += attached.back().size() + kAroundData;
  }
  const size_t most = most_bytes_with(parts.rows);
  size_t left = most > taken ? most - taken : 0;
  for (size_t i = 0; i < attached.size(); ++i) {
    const size_t share = left / (attached.size() - i);  // what one does not use is the next one's
    const AttachedData data = parts.attached[i].data(share);
    text += attached[i] + download_html(parts.attached[i], data);
    left -= std::min(left, data.base64.size());
  }
  return text.append(kEnd);
}

}  // namespace hitbench::html
