#pragma once

#include <VideoToolbox/VideoToolbox.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "encode/core-foundation.h"
#include "encode/encoder.h"

namespace porthole {

/// What became of one frame.
struct CompressionAnswer {
	enum class Kind {
		kEncoded,
		/// Rate control left it out, or nothing can be done with it before a keyframe.
		kLeftOut,
		/// The session is good for nothing any more.
		kFailed,
	};
	std::uint64_t frame = 0;
	Kind kind = Kind::kFailed;
	EncodedFrame encoded;
	OSStatus status = noErr;
};

/// One VTCompressionSession for frames of one size: constrained baseline, no reordering, no timed keyframes. What comes
/// before its first keyframe is left out. Used from one thread.
class CompressionSession {
public:
	/// Called exactly once a frame, on a thread of VideoToolbox's or within `Encode`.
	using OnAnswer = std::function<void(CompressionAnswer)>;

	/// Throws NativeError `encoder-unavailable` or `encoder-rejected`.
	CompressionSession(const EncoderSettings& settings, OnAnswer on_answer);
	/// No answer comes any more, whatever VideoToolbox still does.
	~CompressionSession();
	CompressionSession(const CompressionSession&) = delete;
	CompressionSession& operator=(const CompressionSession&) = delete;

	/// Has a frame encoded that nobody draws to any more. `frame` is its number, never used before; `time` is in
	/// milliseconds and greater than the one before.
	void Encode(CVPixelBufferRef pixels, std::uint64_t frame, double time, bool keyframe);

	void SetRate(const Rate& rate);

	/// The encoder and its settings in words.
	const std::string& description() const { return description_; }

private:
	class Answers;

	OSStatus Create(const EncoderSettings& settings, bool low_latency);
	void SetUp(const EncoderSettings& settings);
	void SetProfile();
	void Describe();
	void Set(CFStringRef key, CFTypeRef value);
	static void OnOutput(void* session, void* frame, OSStatus status, VTEncodeInfoFlags flags,
		CMSampleBufferRef sample);

	const std::shared_ptr<Answers> answers_;
	CfRef<VTCompressionSessionRef> session_;
	bool low_latency_ = true;
	std::string profile_;
	std::string unsupported_;
	std::string description_;
};

}  // namespace porthole
