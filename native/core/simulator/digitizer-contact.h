#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "touch.h"

namespace porthole {

/// Edge as dtuhidd numbers it: none 0, top 1, left 2, bottom 3, right 4.
inline std::uint64_t DtuhidEdge(TouchEdge edge) {
	switch (edge) {
		case TouchEdge::kNone: return 0;
		case TouchEdge::kTop: return 1;
		case TouchEdge::kLeft: return 2;
		case TouchEdge::kBottom: return 3;
		case TouchEdge::kRight: return 4;
	}
	return 0;
}

/// Turns phases into dtuhidd's event types, of which a contact must begin with a start: 0 start, 1 position, 2 end.
class DigitizerContact {
public:
	/// Nothing where the guest would have nothing to end.
	std::optional<std::uint64_t> Next(TouchPhase phase) {
		if (phase != TouchPhase::kUp) return std::exchange(active_, true) ? 1 : 0;
		if (!std::exchange(active_, false)) return std::nullopt;
		return 2;
	}

private:
	bool active_ = false;
};

}  // namespace porthole
