// Packages that the host provides to Go code. Part of govm.hpp.
//
//   vm.module("host")
//       .function("Add(a, b int) int", [](std::int64_t a, std::int64_t b) { return a + b; })
//       .function("Fetch(url string) ([]byte, error)", fetch)       // may block, call Go, fail: returns a Result
//       .type<Vec3>("Vec3")                                         // a struct with a govm::layout
//       .method<Vec3>("Length() float64", [](Vec3 v) { return v.length(); })
//       .constant("Version", "1.2").variable("Debug", false);
//
// Go code then writes `import "host"`. What is given is compared with the C++ types when the first program is loaded;
// mistakes are errors of that load. Modules are declared before.
#pragma once

#include "bindings/function.h"

namespace govm {

namespace detail {
class Engine;
struct ModuleImpl;

struct GoText {                    // of a shape, as Go source
  static std::string of(const Shape& shape);
};
void add_function(ModuleImpl& module, std::string declaration, std::unique_ptr<HostFunction> function);
void add_type(ModuleImpl& module, std::string name, const Shape& shape);
void add_method(ModuleImpl& module, const Shape& receiver, bool by_pointer, std::string declaration, std::unique_ptr<HostFunction> function);
void add_source(ModuleImpl& module, std::string text);
std::string quoted(std::string_view text);
std::string number(double value);

template <typename T>
std::string literal(const T& value) {
  if constexpr (std::is_same_v<T, bool>) return value ? "true" : "false";
  else if constexpr (std::is_integral_v<T>) return std::to_string(value);
  else if constexpr (std::is_floating_point_v<T>) return number(static_cast<double>(value));
  else return quoted(std::string_view(value));
}
}  // namespace detail

class Module {
 public:
  explicit Module(detail::ModuleImpl& impl) : impl_(&impl) {}

  // A function: its name ("Add": parameters then have the types that C++ types stand for, std::int64_t is int64), or its
  // Go declaration ("Add(a, b int) int"). It is called outside of the Vm, by any thread, perhaps several at once.
  template <typename F>
  Module& function(std::string declaration, F f) {
    detail::add_function(*impl_, std::move(declaration), detail::make_host_function(std::move(f)));
    return *this;
  }
  // A struct with a govm::layout, and its methods: C++ functions whose first parameter is the struct, or a pointer to it.
  template <typename T>
  Module& type(std::string name) {
    static_assert(detail::has_layout<T>, "specialise govm::layout for the struct");
    detail::add_type(*impl_, std::move(name), detail::shape_of<T>());
    return *this;
  }
  template <typename T, typename F>
  Module& method(std::string declaration, F f) {
    auto made = detail::make_host_function(std::move(f));
    const bool by_pointer = !made->shape.parts.empty() && made->shape.parts[0]->kind == detail::Kind::kPointer;
    detail::add_method(*impl_, detail::shape_of<T>(), by_pointer, std::move(declaration), std::move(made));
    return *this;
  }
  // An untyped constant; a variable with that value at first, which Go code may change.
  template <typename T>
  Module& constant(const std::string& name, const T& value) {
    detail::add_source(*impl_, "const " + name + " = " + detail::literal(value) + "\n");
    return *this;
  }
  template <typename T>
  Module& variable(const std::string& name, const T& value) {
    std::string type = "string";
    if constexpr (std::is_arithmetic_v<T>) type = detail::GoText::of(detail::shape_of<T>());
    detail::add_source(*impl_, "var " + name + " " + type + " = " + detail::literal(value) + "\n");
    return *this;
  }
  // More of the package, in Go: declarations without package clause.
  Module& source(const std::string& declarations) {
    detail::add_source(*impl_, declarations + "\n");
    return *this;
  }

 private:
  detail::ModuleImpl* impl_;
};

}  // namespace govm
