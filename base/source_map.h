// Positions. A Pos is a 32-bit offset into the concatenation of all files of a SourceMap; file, line and column are
// looked up when needed (as go/token does). Lines and columns start at 1; columns count bytes, as gc's do.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace govm {

struct Pos {
  std::uint32_t offset = 0;  // 0: no position
  bool known() const { return offset != 0; }
  explicit operator bool() const { return offset != 0; }
  auto operator<=>(const Pos&) const = default;
  Pos operator+(std::uint32_t delta) const { return Pos{offset + delta}; }
};

struct Position {
  std::string_view file;  // as given to add_file, or by a //line directive
  std::uint32_t line = 0;
  std::uint32_t column = 0;  // 0: unknown (a //line directive without a column)
};

class SourceFile {
 public:
  SourceFile(std::string name, std::string text, std::uint32_t base);
  const std::string& name() const { return name_; }
  std::string_view text() const { return text_; }
  Pos pos(std::uint32_t offset) const { return Pos{base_ + offset}; }
  std::uint32_t base() const { return base_; }
  // Forgets lines and directives: a scanner starts at the beginning of the text (a file may be scanned twice).
  void begin_scan();
  // Called by the scanner. Offsets ascend.
  void add_line(std::uint32_t offset) { lines_.push_back(offset); }
  // A //line directive: from byte `offset` on, positions are file:line[:column]. column 0: unknown.
  void add_line_directive(std::uint32_t offset, std::string file, std::uint32_t line, std::uint32_t column);
  Position position(std::uint32_t offset, bool honour_line_directives) const;

 private:
  struct Directive {
    std::uint32_t offset;
    std::string file;
    std::uint32_t line;
    std::uint32_t column;
  };
  std::string name_;
  std::string text_;
  std::uint32_t base_;
  std::vector<std::uint32_t> lines_;  // offset of the first byte of each line
  std::vector<Directive> directives_;
};

// Owns the text of all files of one compiler session. Files are only added (under the compiler's lock); looking up
// positions of files already added is safe from any thread that holds that lock.
class SourceMap {
 public:
  SourceFile& add_file(std::string name, std::string text);
  const SourceFile* file(Pos pos) const;
  SourceFile* file(Pos pos) { return const_cast<SourceFile*>(std::as_const(*this).file(pos)); }
  // The position a programmer should see. An unknown Pos gives an empty Position.
  Position position(Pos pos) const;
  Position position_ignoring_directives(Pos pos) const;
  // "file:line:col", or "file:line" where the column is unknown, "-" for no position.
  std::string str(Pos pos) const;

 private:
  std::deque<SourceFile> files_;
  std::uint32_t next_base_ = 1;
};

}  // namespace govm
