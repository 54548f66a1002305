#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "encode/i420-frame.h"

namespace porthole {

/// Rates that may change while an encoder runs.
struct Rate {
	int bitrate = 0;  ///< Target, bits per second.
	double frame_rate = 0;  ///< Upper bound, frames per second.

	friend bool operator==(const Rate&, const Rate&) = default;
};

/// What an encoder is made for; a frame of another size needs another encoder.
struct EncoderSettings {
	int width = 0;  ///< Pixels, even.
	int height = 0;  ///< Pixels, even.
	Rate rate;
};

/// One encoded frame: Annex B with four-byte start codes, SPS and PPS first when it is a keyframe.
struct EncodedFrame {
	std::vector<std::uint8_t> data;
	bool keyframe = false;
};

/// Turns frames into constrained baseline H.264 without reordering, without timed keyframes and with rate control
/// over about `kBufferedFrames` frames. Used from one thread at a time.
class Encoder {
public:
	/// Size of the hypothetical decoder buffer in frames: larger smooths quality, smaller bounds a keyframe's delay.
	static constexpr int kBufferedFrames = 6;

	virtual ~Encoder() = default;

	/// Library, version and settings in words.
	virtual std::string Description() const = 0;
	/// Whether the description is another since this was asked last.
	virtual bool DescriptionChanged() { return false; }
	virtual void SetRate(const Rate& rate) = 0;

	/// Codes one frame of the settings' size. False when rate control left the frame out.
	/// Throws NativeError `encoder-failed`.
	virtual bool Encode(const I420Frame& frame, bool keyframe, EncodedFrame& encoded) = 0;
};

/// Whether an encoder can be used on this machine.
struct EncoderAvailability {
	bool available = false;
	std::string detail;  ///< Library version when available, else why not and what to do.
};

/// One implementation, as the registry knows it.
struct EncoderKind {
	std::string name;
	std::function<EncoderAvailability()> probe;
	/// Throws NativeError `encoder-unavailable` or `encoder-rejected`.
	std::function<std::unique_ptr<Encoder>(const EncoderSettings& settings)> create;
};

}  // namespace porthole
