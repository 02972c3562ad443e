// A report as data: its blocks in their order, before anything of them is text of a format. page_of() decides what is
// said and in which order; a renderer (render.h) decides only how it looks.
#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "report/cell.h"
#include "report/report.h"

namespace hitbench {

// One sentence of a report, without line breaks.
struct Finding {
  enum class Tone { plain, good, bad, doubtful };
  std::string id;    // kebab-case and stable: "does-not-pay"
  std::string word;  // "pays", "INVALID"; printed in the color of the tone, before the text
  std::string text;
  Tone tone = Tone::plain;
};

// The question that the report answers.
struct Heading {
  std::string text;
};

struct Paragraph {
  std::string lead;   // "PARTIAL": in the color of the tone, or bold
  std::string after;  // between lead and text
  std::string text;
  Finding::Tone tone = Finding::Tone::plain;
  bool bold = false;         // the lead
  bool starts_part = false;  // on a terminal: after an empty line
};

// "base: a.json", a label on each line.
struct LabeledLines {
  std::vector<std::pair<std::string, std::string>> lines;
};

struct FindingList {
  std::string title;  // may be empty
  std::vector<Finding> findings;
  bool is_title_bold = true;  // in a document; on a terminal it always is
};

// A table under its title.
struct Section {
  std::string title;
  bool is_name = false;                                    // the title is a row's name, which no line break may cut
  std::vector<Finding> findings;                           // above the table
  Grid grid;                                               // may have no columns: then there is none
  std::string below;                                       // a sentence under it; may be empty
  std::vector<std::pair<std::string, std::string>> notes;  // below it: {metric, what to know of it}
  bool names_hidden_columns = false;                       // says which columns a narrow terminal hides
};

// What the signs in cells mean.
struct Legend {
  std::vector<std::pair<std::string, std::string>> signs;  // {"~", "the machine's"}
};

// How it was measured and where, in small print; a label may be empty.
struct Footer {
  std::vector<std::pair<std::string, std::string>> lines;
};

// A line of small importance, right below what it is about.
struct SmallPrint {
  std::string text;
};

// Terminal and document (Markdown) say the same, but for the blocks that are of one medium only.
enum class Medium { any, terminal, document };

struct Block {
  std::variant<Heading, Paragraph, LabeledLines, FindingList, Section, Legend, SmallPrint, Footer> content;
  Medium medium = Medium::any;
  bool is_detail = false;  // on a terminal only where it is asked for; a document folds it
};

struct Page {
  std::string kind;  // "hitbench", "hitbench:gate": by which a workflow finds the comment that it wrote before
  std::vector<Block> blocks;
};

Page page_of(const Result& result, const ReportStyle& style);
Page page_of(const Verdict& verdict, const ReportStyle& style);

}  // namespace hitbench
