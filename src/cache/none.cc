// The cache that holds nothing: every get misses, every set is forgotten. What remains is what the strategy and this
// tool cost by themselves.
#include "cache/cache.h"
#include "cache/parts.h"

namespace hitbench {
namespace {

class NoneCache final : public Cache, public Batch, public Owned {
 public:
  Lookup get(Key, Call&) override { return {Lookup::Status::miss, {}}; }
  Stored set(Key, Bytes, Duration, Call&) override { return Stored::stored; }
  Stored add(Key, Bytes, Duration, Call&) override { return Stored::stored; }
  Stored erase(Key, Call&) override { return Stored::not_stored; }
  Batch* batch() override { return this; }
  void get_many(std::span<const Key> keys, Call&, const std::function<void(size_t, Lookup)>& found) override {
    for (size_t i = 0; i < keys.size(); ++i) found(i, {Lookup::Status::miss, {}});
  }
  Owned* owned() override { return this; }
  Stored erase_if(Key, Bytes, Call&) override { return Stored::not_stored; }
};

class NoneBackend final : public Backend {
 public:
  std::unique_ptr<Cache> connect(Loop&, const ConnectOptions&) override { return std::make_unique<NoneCache>(); }
  bool in_process() const override { return true; }
};

}  // namespace

std::unique_ptr<Backend> make_no_cache_backend(const Params&, const BackendContext&) {
  return std::make_unique<NoneBackend>();
}

}  // namespace hitbench
