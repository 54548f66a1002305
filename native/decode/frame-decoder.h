#pragma once

#include <wels/codec_api.h>

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "guarded-thread.h"

namespace porthole {

/// A decoded frame: R, G, B, A in memory, rows tightly packed.
struct DecodedFrame {
	int width = 0;
	int height = 0;
	std::shared_ptr<std::vector<std::uint8_t>> pixels;
};

/// How luma and chroma become red, green and blue.
enum class ColourMatrix { kBt601, kBt601Full, kBt709, kBt709Full };

/// Decodes a device's H.264 with openh264 on its own thread, and gives the newest frame when one is wanted. Only a
/// frame that is wanted costs a conversion; one that looks like the last that was given is not given again.
class FrameDecoder {
public:
	/// Called on the decoder's thread: `frame` once for each `Want`, `lost` when nothing more can be decoded before a
	/// keyframe, `failed` when nothing more can be decoded at all, at most once.
	struct Events {
		std::function<void(DecodedFrame)> frame;
		std::function<void()> lost;
		OnFailure failed;
	};

	/// Access units that may wait, which is half a second at 60 frames a second, and their bytes.
	static constexpr std::size_t kMaxWaiting = 32;
	static constexpr std::size_t kMaxWaitingBytes = 16u << 20;

	/// `scale` divides width and height, with a mean over what becomes one pixel. Throws NativeError.
	FrameDecoder(int scale, Events events);
	~FrameDecoder();

	/// Takes an access unit in Annex B. A keyframe takes the place of all that wait; when too many do, they are lost.
	/// The matrix is that of a keyframe and of all after it.
	void Decode(const std::uint8_t* data, std::size_t size, bool keyframe, ColourMatrix matrix);

	/// The next frame that differs from the last given, please; the one that is there if it does.
	void Want();
	void SetScale(int scale);

	/// Ends the thread: nothing is called any more.
	void Close();

private:
	struct Unit {
		std::vector<std::uint8_t> data;
		bool keyframe;
		ColourMatrix matrix;
	};
	struct Destroy {
		void operator()(ISVCDecoder* decoder) const;
	};

	void Run();
	bool DecodeUnit(const Unit& unit);
	/// The frame that openh264 holds, if it is another than the last.
	std::optional<DecodedFrame> Convert(int scale);

	Events events_;
	std::unique_ptr<ISVCDecoder, Destroy> decoder_;
	/// Planes of the newest frame, in the decoder's own memory until it decodes the next.
	unsigned char* planes_[3] = {};
	SBufferInfo info_{};
	ColourMatrix matrix_ = ColourMatrix::kBt601;
	/// Not yet compared with the last that was given.
	bool fresh_ = false;
	std::vector<std::uint8_t> scaled_;
	DecodedFrame last_;

	std::mutex mutex_;
	std::condition_variable wake_;
	std::deque<Unit> waiting_;
	std::size_t waiting_bytes_ = 0;
	/// Nothing is taken before a keyframe.
	bool lost_ = true;
	bool wanted_ = false;
	bool closing_ = false;
	int scale_;
	GuardedThread thread_;
};

}  // namespace porthole
