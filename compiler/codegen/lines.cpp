#include "compiler/codegen/lines.h"

namespace govm::codegen {

std::int16_t Lines::file(std::string_view name) {
  if (name.empty()) name = "??";  // of a line directive without one
  auto it = files_.find(name);
  if (it != files_.end()) return it->second;
  const std::string_view kept = *program_.intern_string(name);
  const auto index = static_cast<std::int16_t>(code_.files.size());
  code_.files.push_back(kept);
  files_.emplace(kept, index);
  return index;
}

std::int16_t Lines::inline_row(const ir::InlineSite* site) {
  if (site == nullptr) return -1;
  if (auto it = sites_.find(site); it != sites_.end()) return it->second;
  const std::int16_t parent = inline_row(site->outer);
  const Position call = program_.session.sources.position(site->call_pos);
  bc::InlineRow row;
  row.function = *program_.intern_string(site->callee->name);
  row.parent = parent;
  row.call_file = file(call.file);
  row.call_line = call.line;
  row.start_line = program_.session.sources.position(site->callee->pos).line;
  const auto index = static_cast<std::int16_t>(code_.inlines.size());
  code_.inlines.push_back(row);
  sites_.emplace(site, index);
  return index;
}

void Lines::mark(std::uint32_t at, Pos pos, const ir::InlineSite* site) {
  if (!pos.known() || (pos == last_pos_ && site == last_site_)) return;
  last_pos_ = pos;
  last_site_ = site;
  const Position p = program_.session.sources.position(pos);
  const bc::LineRow row{at, p.line, file(p.file), inline_row(site)};
  if (!code_.lines.empty()) {
    bc::LineRow& last = code_.lines.back();
    if (last.line == row.line && last.file == row.file && last.inline_index == row.inline_index) return;
    if (last.word == at) {
      last = row;
      return;
    }
  }
  code_.lines.push_back(row);
}

}  // namespace govm::codegen
