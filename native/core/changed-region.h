#pragma once

#include <cstddef>
#include <vector>

#include "rectangle.h"

namespace porthole {

/// The parts of a picture that changed since they were last taken. Bounded: many parts become their bounding box.
class ChangedRegion {
public:
	static constexpr std::size_t kMaxParts = 16;

	bool empty() const { return parts_.empty(); }

	void Add(const Rectangle& part) {
		if (part.empty()) return;
		for (const Rectangle& known : parts_) {
			if (known.Holds(part)) return;
		}
		if (parts_.size() < kMaxParts) {
			parts_.push_back(part);
			return;
		}
		Rectangle all = part;
		for (const Rectangle& known : parts_) all = all.Union(known);
		parts_.assign(1, all);
	}

	const std::vector<Rectangle>& parts() const { return parts_; }
	void Clear() { parts_.clear(); }

private:
	std::vector<Rectangle> parts_;
};

}  // namespace porthole
