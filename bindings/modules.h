// Inside of module.h: the packages of the host in one Vm.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bindings/calls.h"
#include "bindings/module.h"

namespace govm::detail {

struct ModuleImpl {
  std::string path;
  std::string text;                                      // Go declarations
  std::vector<std::pair<std::string, const Shape*>> types;
  std::vector<std::pair<std::string, std::unique_ptr<HostFunction>>> functions;   // by "Name", "Type.Name", "(*Type).Name"
  bool bound = false;
  std::string text_of(const Shape& shape) const;         // as Go source of this package
};

class Modules {
 public:
  ModuleImpl& get(const std::string& path);
  bool has(const std::string& path) const { return all_.contains(path); }
  void declare(Engine& engine);        // before anything is loaded; once
  std::string bind(Engine& engine);    // those that were loaded; what is wrong, a line each

 private:
  std::map<std::string, std::unique_ptr<ModuleImpl>> all_;
  bool declared_ = false;
};

}  // namespace govm::detail
