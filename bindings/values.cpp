// Values between C++ and Go's memory: what needs the heap.
#include "bindings/calls.h"
#include "scheduler/channel.h"
#include "vm/runtime/fatal.h"
#include "vm/runtime/gc_access.h"
#include "vm/runtime/maps.h"
#include "vm/runtime/slices.h"

namespace govm::detail {
namespace {

sched::Worker& worker_of(Env& env) { return *static_cast<sched::Worker*>(env.worker); }
const abi::Type* type_of(const Plan& plan) { return static_cast<const abi::Type*>(plan.type); }
rt::MapContext map_context(Env& env) { return {worker_of(env), env.engine->runtime().gc_types(), {}}; }

// Over the heap's limit the program ends.
void* out_of_memory(Env& env) {
  if (env.error.empty()) {
    rt::fatal_error(env.engine->runtime(), worker_of(env).current, "runtime: out of memory");
    env.engine->kill();
    env.error = "out of memory";
  }
  return nullptr;
}

void* allocate(Env& env, std::size_t size, const abi::Type* type) {
  void* p = rt::allocate(worker_of(env), size, type);
  return p != nullptr ? p : out_of_memory(env);
}

// A slot of the frame for something under construction.
std::uint64_t* scratch(Env& env) {
  GOVM_ASSERT(env.scratch_used < kScratchSlots);      // nested maps deeper than that
  return env.scratch + env.scratch_used++;
}

}  // namespace

void store_pointer(Env& env, void* memory, const void* pointer) { rt::store_pointer(worker_of(env), memory, pointer); }

void store_string(Env& env, void* memory, std::string_view text) {
  if (text.empty()) return;
  sched::Worker& w = worker_of(env);
  void* bytes = w.heap->allocate_noscan_dirty(*w.cache, text.size());
  if (bytes == nullptr) {
    out_of_memory(env);
    return;
  }
  std::memcpy(bytes, text.data(), text.size());
  store_pointer(env, memory, bytes);
  static_cast<GoString*>(memory)->size = static_cast<std::int64_t>(text.size());
}

void* store_slice(Env& env, void* memory, const Plan& plan, std::size_t count) {
  void* data = nullptr;
  const auto* element = type_of(plan.parts[0]);
  if (rt::make_array(worker_of(env), static_cast<std::int64_t>(count), element, &data) != rt::Grow::kOk) return out_of_memory(env);
  store_pointer(env, memory, data);
  auto* slice = static_cast<GoSlice*>(memory);
  slice->size = slice->capacity = static_cast<std::int64_t>(count);
  return data;
}

// ---- maps

void* store_map(Env& env, void* memory, const Plan& plan, std::size_t count) {
  rt::MapContext cx = map_context(env);
  rt::Map* map = rt::map_make(cx, reinterpret_cast<const abi::MapType*>(plan.type), static_cast<std::int64_t>(count));
  if (map == nullptr) return out_of_memory(env);
  store_pointer(env, memory, map);
  return map;
}

void* map_key(Env& env, const Plan& plan) {
  std::uint64_t* slot = scratch(env);
  const auto* type = type_of(plan.parts[0]);
  *slot = reinterpret_cast<std::uint64_t>(allocate(env, type->size, type));
  return reinterpret_cast<void*>(*slot);
}

void map_key_done(Env& env) { env.scratch[--env.scratch_used] = 0; }

void* map_insert(Env& env, const Plan& plan, void* map, const void* key) {
  rt::MapContext cx = map_context(env);
  void* element = rt::map_assign(cx, reinterpret_cast<const abi::MapType*>(plan.type), static_cast<rt::Map*>(map), key);
  return element != nullptr ? element : out_of_memory(env);
}

void for_each_in_map(Env& env, const Plan& plan, void* map, const std::function<void(const void*, const void*)>& visit) {
  rt::MapContext cx = map_context(env);
  rt::MapIter it{};
  rt::map_iter_init(cx, reinterpret_cast<const abi::MapType*>(plan.type), static_cast<rt::Map*>(map), &it);
  while (rt::map_iter_next(cx, &it)) {
    if (it.key == nullptr) break;
    visit(it.key, it.elem);
  }
}

// ---- roots

void** RootTable::take(sched::Worker& worker, const void* first, const void* second) {
  std::lock_guard guard(lock_);
  for (void** pair : given_) {     // only a thread in the Vm may clear what the collector sees
    rt::store_pointer(worker, &pair[1], nullptr);
    free_.push_back(pair);
  }
  given_.clear();
  void** pair;
  if (free_.empty()) {
    pair = static_cast<void**>(statics_.scanned(2 * sizeof(void*)));
  } else {
    pair = free_.back();
    free_.pop_back();
  }
  pair[0] = const_cast<void*>(first);
  rt::store_pointer(worker, &pair[1], second);
  return pair;
}
void RootTable::give(void** pair) {
  std::lock_guard guard(lock_);
  given_.push_back(pair);
}

Root::Root(const Env& env, const void* first, const void* second)
    : table(env.engine->roots()), engine(env.engine),
      pair(env.engine->roots()->take(*static_cast<sched::Worker*>(env.worker), first, second)) {}
Root::~Root() {
  if (auto t = table.lock()) t->give(pair);
}

Value load_value(Env& env, const Plan& plan, const void* memory) {
  const auto* words = static_cast<void* const*>(memory);
  const abi::Type* type = type_of(plan);
  const void* data = words[0];
  if (plan.is_interface) {
    if (words[0] == nullptr) return {};
    type = plan.is_empty_interface ? static_cast<const abi::Type*>(words[0]) : static_cast<const abi::Itab*>(words[0])->type;
    data = words[1];
  } else if (!type->direct_iface()) {
    void* copy = allocate(env, type->size, type);
    if (copy == nullptr) return {};
    rt::move_values(worker_of(env), copy, memory, type);
    data = copy;
  } else if (data == nullptr) {
    return {};
  }
  Value value;
  value.root_ = std::make_shared<Root>(env, type, data);
  return value;
}

void store_value(Env& env, void* memory, const Plan& plan, const Value& value) {
  const Root* root = value.root_.get();
  if (root == nullptr) return;      // nil, or zero
  if (root->table.expired() || root->engine != env.engine) {
    env.error = "a Value of another Vm";
    return;
  }
  const abi::Type* type = type_of(plan);
  rt::TypeTable& types = env.engine->runtime().types();
  auto** words = static_cast<void**>(memory);
  if (plan.is_interface) {
    void* first = const_cast<abi::Type*>(root->type());
    if (!plan.is_empty_interface) {
      std::string missing;
      first = types.itab(reinterpret_cast<const abi::InterfaceType*>(type), root->type(), &missing);
      if (first == nullptr) {
        env.error = value.type() + " does not implement " + std::string(types.type_string(type)) + ": it lacks " + missing;
        return;
      }
    }
    words[0] = first;
    store_pointer(env, words + 1, root->data());
  } else if (root->type() != type) {
    env.error = "a Value of type " + value.type() + " is not " + std::string(types.type_string(type));
  } else if (type->direct_iface()) {
    store_pointer(env, memory, root->data());
  } else {
    rt::move_values(worker_of(env), memory, root->data(), type);
  }
}

// ---- objects of C++

bool OwnedObjects::add(sched::Worker& worker, void* object, std::shared_ptr<void> owned) {
  void* handle = worker.heap->weak_handle(*worker.cache, object);
  if (handle == nullptr) return false;
  std::vector<std::shared_ptr<void>> dead;       // destroyed outside of the lock
  std::lock_guard guard(lock_);
  if (entries_.size() >= next_sweep_) {
    std::erase_if(entries_, [&](Entry& e) {
      if (*static_cast<void**>(*e.handle) != nullptr) return false;
      dead.push_back(std::move(e.owned));
      rt::store_pointer(worker, e.handle, nullptr);
      free_.push_back(e.handle);
      return true;
    });
    next_sweep_ = std::max<std::size_t>(64, entries_.size() * 2);
  }
  void** slot;
  if (free_.empty()) {
    slot = static_cast<void**>(statics_.scanned(sizeof(void*)));
  } else {
    slot = free_.back();
    free_.pop_back();
  }
  rt::store_pointer(worker, slot, handle);
  entries_.push_back({slot, std::move(owned)});
  return true;
}

void store_handle(Env& env, void* memory, const Plan&, const Handle& handle) {
  if (!handle) return;
  auto* words = static_cast<void**>(memory);
  void* object = allocate(env, 8, nullptr);
  if (object == nullptr) return;
  store_pointer(env, words + 1, object);
  auto kept = std::make_shared<std::any>(handle.object_);
  *static_cast<void**>(object) = kept.get();
  if (!env.engine->owned().add(worker_of(env), object, kept)) {
    out_of_memory(env);
    words[1] = nullptr;
    return;
  }
  words[0] = env.engine->handle_type();
}

Handle load_handle(Env& env, const Plan&, const void* memory) {
  const auto* words = static_cast<void* const*>(memory);
  Handle handle;
  if (words[0] != nullptr && words[0] == env.engine->handle_type()) handle.object_ = **static_cast<std::any* const*>(words[1]);
  return handle;
}

// ---- functions

void store_function(Env& env, void* memory, const Plan& plan, const Shape& shape, std::unique_ptr<HostFunction> function) {
  function->plans = plan.parts;
  std::uint32_t params = 0, results = 0;
  for (std::size_t i = 0; i < shape.parts.size(); i++) (i < shape.count ? params : results) += (plan.parts[i].size + 7) / 8;
  if (plan.is_interface) results += 2;     // and an error
  auto* closure = static_cast<HostClosure*>(allocate(env, sizeof(HostClosure), nullptr));
  if (closure == nullptr) return;
  store_pointer(env, memory, closure);
  *closure = {env.engine->host_code(params, results), function.get()};
  if (!env.engine->owned().add(worker_of(env), closure, std::shared_ptr<HostFunction>(std::move(function)))) out_of_memory(env);
}

std::shared_ptr<const Callee> load_function(Env& env, const Plan& plan, const Shape&, const void* memory) {
  void* closure = load_raw<void*>(memory);
  auto callee = std::make_shared<Callee>();
  callee->engine = env.engine;
  callee->weak = env.engine->weak_from_this();
  callee->plans = plan.parts;
  if (closure == nullptr) {
    callee->error = Error{"call of a nil func", ErrorKind::kSignature};
    return callee;
  }
  callee->closure = std::make_shared<Root>(env, nullptr, closure);
  callee->function = *static_cast<const bc::Function* const*>(closure);
  complete(*callee);
  if (plan.is_interface) callee->error_slot = static_cast<int>(callee->result_slots) - 2;   // its last result is an error
  return callee;
}

void store_callee(Env& env, void* memory, const Callee& callee) {
  if (callee.error || callee.engine != env.engine) {
    env.error = callee.error ? callee.error->message : "a Function of another Vm";
  } else if (callee.closure) {
    store_pointer(env, memory, callee.closure->data());
  } else {
    *static_cast<const void**>(memory) = &callee.function->self_closure;
  }
}

// ---- channels

ChannelRef::~ChannelRef() {
  if (auto e = engine.lock()) e->runtime().scheduler().release();
}

std::shared_ptr<ChannelRef> load_channel(Env& env, const Plan& plan, const void* memory) {
  void* channel = load_raw<void*>(memory);
  if (channel == nullptr) return nullptr;
  auto ref = std::make_shared<ChannelRef>();
  ref->root = std::make_shared<Root>(env, plan.type, channel);
  env.engine->runtime().scheduler().hold();
  ref->engine = env.engine->weak_from_this();
  ref->element = plan.parts[0];
  const auto operation = [&](std::string_view native, std::uint32_t params, std::uint32_t results) {
    auto callee = std::make_shared<Callee>();
    callee->engine = env.engine;
    callee->weak = ref->engine;
    callee->function = env.engine->native_function(native, params, results);
    callee->param_slots = params;
    callee->result_slots = results;
    callee->bottom = env.engine->bottom_function(params);
    return callee;
  };
  ref->send = operation("reflect.chansend0", 3, 1);
  ref->receive = operation("reflect.chanrecv", 3, 2);
  return ref;
}

void store_channel(Env& env, void* memory, const ChannelRef* channel) {
  if (channel == nullptr) return;
  if (channel->root->engine != env.engine) env.error = "a Channel of another Vm";
  else store_pointer(env, memory, channel->root->data());
}

const Callee& channel_operation(const ChannelRef& channel, bool send) { return send ? *channel.send : *channel.receive; }
const Plan& element_plan(const ChannelRef& channel) { return channel.element; }

// The arguments of the operation; where the value is to be, or will be. It stays alive while `env` is used.
void* channel_box(Env& env, const ChannelRef& channel, std::uint64_t* slots, bool send, bool block) {
  const auto* type = type_of(channel.element);
  std::uint64_t* keep = scratch(env);
  void* box = allocate(env, type->size, type);
  *keep = reinterpret_cast<std::uint64_t>(box);
  slots[0] = reinterpret_cast<std::uint64_t>(channel.root->data());
  slots[send ? 1 : 2] = reinterpret_cast<std::uint64_t>(box);
  slots[send ? 2 : 1] = !block;
  return box;
}

Result<void> close_channel(const ChannelRef& channel) {
  Callee close = *channel.send;
  close.function = close.engine->native_function("reflect.chanclose", 1, 0);
  close.param_slots = 1;
  close.result_slots = 0;
  Calling calling(close);
  if (!calling.entered()) return calling.take_error();
  *calling.slots() = reinterpret_cast<std::uint64_t>(channel.root->data());
  if (!calling.run()) return calling.take_error();
  return {};
}

}  // namespace govm::detail

namespace govm {
std::string Value::type() const {
  if (root_ == nullptr || root_->table.expired()) return {};
  return std::string(root_->engine->runtime().types().type_string(root_->type()));
}
}  // namespace govm
