// Package initialisation: the variables that static_init could not lay out, in the order the checker found, then the
// init functions.
#include "base/assert.h"
#include "compiler/ir/builder.h"
#include "compiler/ir/program_impl.h"

namespace govm::ir {

Function* Program::Impl::init_function(Program& program, types::Package* package) {
  Function*& slot = inits[package];
  if (!slot) {
    std::string path = package->name.str() == "main" ? "main" : std::string(package->path.str());
    slot = new_function(program, FunctionKind::kInit, path + ".init");
    slot->package = package;
  }
  return slot;
}

Function* Program::package_init(types::Package* package) {
  Function* f = impl_->init_function(*this, package);
  if (!f->built) {
    f->built = true;
    Builder(*this, f, nullptr, nullptr).build_init(package);
  }
  return f;
}

// gc's runtime calls the parts one by one: what does so here is not seen in tracebacks.
void Builder::build_init(types::Package* package) {
  if (package->init_funcs.empty()) return build_init_variables(package);
  fn_->is_wrapper = true;
  Function* variables = program_.impl().new_function(program_, FunctionKind::kInit, fn_->name);
  variables->package = package;
  variables->built = true;
  Builder(program_, variables, nullptr, nullptr).build_init_variables(package);
  emit(Op::kCall, nullptr)->aux.function = variables;
  std::size_t number = 0;
  for (syntax::FuncDecl* d : package->init_funcs) {
    auto* object = types::as<types::Func>(d->name->object);
    GOVM_ASSERT(object);
    Function* f = program_.function(object);
    f->name = fn_->name + "." + std::to_string(number++);
    emit(Op::kCall, nullptr)->aux.function = f;
  }
  terminate(Op::kReturn);
  finish();
}

void Builder::build_init_variables(types::Package* package) {
  const PackageInit& plan = package_init_plan(program_, package);
  fn_->next_literal = program_.impl().init_function(program_, package)->next_literal;  // static ones count too
  for (std::size_t i = 0; i < package->init_order.size(); i++) {
    if (plan.is_static[i]) continue;
    const types::Initializer& init = package->init_order[i];
    if (program_.impl().kept.contains(init.lhs[0])) continue;
    facts_ = program_.impl().facts_of(init.rhs);
    pos_ = init.rhs->pos;
    auto blank = [](types::Var* v) { return v->name.is_blank(); };
    if (init.lhs.size() == 1) {
      if (blank(init.lhs[0])) {
        effects(init.rhs);
      } else {
        Value* v = expr_as(init.rhs, canon(init.lhs[0]->type));
        store(variable_address(init.lhs[0]), v);
      }
      continue;
    }
    std::vector<Value*> values = tuple_values(init.rhs);
    GOVM_ASSERT(values.size() == init.lhs.size());
    for (std::size_t k = 0; k < values.size(); k++) {
      if (blank(init.lhs[k])) continue;
      store(variable_address(init.lhs[k]), assign_convert(values[k], canon(init.lhs[k]->type)));
    }
  }
  terminate(Op::kReturn);
  finish();
}

}  // namespace govm::ir
