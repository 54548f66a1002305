#pragma once

#include <cstddef>

namespace porthole {

/// `kMain` has the source's own size, `kSmall` half of it in each direction.
enum class Rendition { kMain, kSmall };

inline constexpr Rendition kRenditions[] = {Rendition::kMain, Rendition::kSmall};
inline constexpr std::size_t kRenditionCount = 2;

constexpr std::size_t IndexOf(Rendition rendition) { return static_cast<std::size_t>(rendition); }

}  // namespace porthole
