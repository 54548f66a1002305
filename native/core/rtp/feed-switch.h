#pragma once

#include <cstdint>

namespace porthole {

/// A feed's number; 0 is none.
using FeedId = std::uint32_t;

/// Which feed a viewer's pictures come from, and which is to take over with its next keyframe.
class FeedSwitch {
public:
	/// Nothing comes, and nothing is waited for.
	bool off() const { return current_ == 0 && next_ == 0; }
	/// Whether another feed's keyframe is waited for.
	bool waiting() const { return next_ != 0; }
	/// Whether pictures of a feed are sent now.
	bool on() const { return current_ != 0; }
	bool Concerns(FeedId feed) const { return feed == current_ || feed == next_; }
	bool IsCurrent(FeedId feed) const { return feed == current_; }

	void Follow(FeedId wanted) {
		if (wanted == 0) current_ = 0;
		next_ = wanted == current_ ? 0 : wanted;
	}

	/// Takes over when it is a keyframe of the feed that is waited for; whether it did.
	bool TakesOver(FeedId feed, bool keyframe) {
		if (feed != next_ || !keyframe) return false;
		current_ = feed;
		next_ = 0;
		return true;
	}

private:
	FeedId current_ = 0;
	FeedId next_ = 0;
};

}  // namespace porthole
