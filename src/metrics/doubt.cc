#include "metrics/doubt.h"

namespace hitbench {

std::vector<std::string> ids_of(const std::vector<Doubt>& doubts) {
  std::vector<std::string> ids;
  for (const Doubt& doubt : doubts) ids.push_back(doubt.id);
  return ids;
}

std::vector<std::string> texts_of(const std::vector<Doubt>& doubts) {
  std::vector<std::string> texts;
  for (const Doubt& doubt : doubts) texts.push_back(doubt.text);
  return texts;
}

std::vector<Doubt> doubts_from(const std::vector<std::string>& ids, std::vector<std::string> texts) {
  std::vector<Doubt> doubts(texts.size());
  for (size_t i = 0; i < texts.size(); ++i) {
    if (i < ids.size()) doubts[i].id = ids[i];
    doubts[i].text = std::move(texts[i]);
  }
  return doubts;
}

}  // namespace hitbench
