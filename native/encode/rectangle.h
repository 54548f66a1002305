#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace porthole {

/// Part of a picture, pixels, origin top left. Empty when a side is not positive.
struct Rectangle {
	int x = 0;
	int y = 0;
	int width = 0;
	int height = 0;

	int right() const { return x + width; }
	int bottom() const { return y + height; }
	bool empty() const { return width <= 0 || height <= 0; }

	bool Holds(const Rectangle& other) const {
		return other.x >= x && other.y >= y && other.right() <= right() && other.bottom() <= bottom();
	}

	/// The part inside a picture of the given size.
	Rectangle ClippedTo(int picture_width, int picture_height) const {
		const int left = std::clamp(x, 0, picture_width);
		const int top = std::clamp(y, 0, picture_height);
		return {left, top, std::clamp(right(), left, picture_width) - left,
			std::clamp(bottom(), top, picture_height) - top};
	}

	/// Grown to even edges: one chroma sample of 4:2:0 covers 2 × 2 pixels.
	Rectangle Even() const {
		const int left = x & ~1;
		const int top = y & ~1;
		return {left, top, ((right() + 1) & ~1) - left, ((bottom() + 1) & ~1) - top};
	}

	/// The smallest rectangle that holds both.
	Rectangle Union(const Rectangle& other) const {
		if (empty()) return other;
		if (other.empty()) return *this;
		const int left = std::min(x, other.x);
		const int top = std::min(y, other.y);
		return {left, top, std::max(right(), other.right()) - left, std::max(bottom(), other.bottom()) - top};
	}

	friend bool operator==(const Rectangle&, const Rectangle&) = default;
};

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
