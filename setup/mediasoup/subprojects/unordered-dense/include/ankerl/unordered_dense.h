#pragma once

#include <functional>
#include <unordered_map>
#include <unordered_set>

/**
 * What the worker uses of the library of this name, by the standard's containers. `hash` has a second parameter, which
 * the worker's own specialisations name.
 */
namespace ankerl::unordered_dense {

template <typename Key, typename = void>
struct hash : std::hash<Key> {};

template <typename Key, typename Value, typename Hash = hash<Key>, typename Equal = std::equal_to<Key>>
using map = std::unordered_map<Key, Value, Hash, Equal>;

template <typename Key, typename Hash = hash<Key>, typename Equal = std::equal_to<Key>>
using set = std::unordered_set<Key, Hash, Equal>;

}  // namespace ankerl::unordered_dense
