#include "base/source_map.h"

#include <algorithm>

namespace govm {

SourceFile::SourceFile(std::string name, std::string text, std::uint32_t base)
    : name_(std::move(name)), text_(std::move(text)), base_(base), lines_{0} {}

void SourceFile::begin_scan() {
  lines_.assign(1, 0);
  lines_.reserve(1 + static_cast<std::size_t>(std::count(text_.begin(), text_.end(), '\n')));
  directives_.clear();
}

void SourceFile::add_line_directive(std::uint32_t offset, std::string file, std::uint32_t line, std::uint32_t column) {
  directives_.push_back({offset, std::move(file), line, column});
}

Position SourceFile::position(std::uint32_t offset, bool honour_line_directives) const {
  auto line_of = [&](std::uint32_t at) {
    return static_cast<std::uint32_t>(std::upper_bound(lines_.begin(), lines_.end(), at) - lines_.begin());
  };
  const std::uint32_t line = line_of(offset);
  const std::uint32_t column = offset - lines_[line - 1] + 1;
  if (honour_line_directives && !directives_.empty()) {
    auto after = std::upper_bound(directives_.begin(), directives_.end(), offset,
                                  [](std::uint32_t at, const Directive& d) { return at < d.offset; });
    if (after != directives_.begin()) {
      const Directive& d = *std::prev(after);
      const std::uint32_t base_line = line_of(d.offset);
      Position out{d.file, d.line + (line - base_line), 0};
      if (d.column != 0) out.column = line == base_line ? d.column + (offset - d.offset) : column;
      return out;
    }
  }
  return {name_, line, column};
}

SourceFile& SourceMap::add_file(std::string name, std::string text) {
  const auto size = static_cast<std::uint32_t>(text.size());
  SourceFile& file = files_.emplace_back(std::move(name), std::move(text), next_base_);
  next_base_ += size + 1;
  return file;
}

const SourceFile* SourceMap::file(Pos pos) const {
  if (!pos.known()) return nullptr;
  auto after = std::upper_bound(files_.begin(), files_.end(), pos.offset,
                                [](std::uint32_t at, const SourceFile& f) { return at < f.base(); });
  return after == files_.begin() ? nullptr : &*std::prev(after);
}

Position SourceMap::position(Pos pos) const {
  const SourceFile* f = file(pos);
  return f ? f->position(pos.offset - f->base(), true) : Position{};
}

Position SourceMap::position_ignoring_directives(Pos pos) const {
  const SourceFile* f = file(pos);
  return f ? f->position(pos.offset - f->base(), false) : Position{};
}

std::string SourceMap::str(Pos pos) const {
  const Position p = position(pos);
  if (p.line == 0) return "-";
  std::string out(p.file);
  out += ':';
  out += std::to_string(p.line);
  if (p.column != 0) {
    out += ':';
    out += std::to_string(p.column);
  }
  return out;
}

}  // namespace govm
