// Any text is a sequence of tokens that ends.
#include "compiler/syntax/scanner.h"
#include "tests/fuzz/target.h"

namespace {

using namespace govm;

class Tokens final : public syntax::Scanner {
 public:
  Tokens(SourceFile& source, Interner& interner) : Scanner(source, interner) {}
  void run(std::size_t size) {
    std::uint32_t last = 0;
    for (std::size_t n = 0;; ++n) {
      next();
      if (tok_ == syntax::Token::kEof) return;
      testing::require(offset_ >= last && offset_ <= size, "tokens in order");
      testing::require(n <= 2 * size + 2, "an end");
      last = offset_;
    }
  }

 private:
  void scan_error(std::uint32_t, std::string) override {}
  void directive(std::uint32_t, std::string_view) override {}
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  SourceMap sources;
  Interner interner;
  SourceFile& source = sources.add_file("fuzz.go", std::string(testing::text_of(data, size)));
  Tokens(source, interner).run(size);
  return 0;
}
