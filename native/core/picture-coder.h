#pragma once

#include <memory>
#include <string>

#include "encoder.h"
#include "source-sink.h"

namespace porthole {

/// One rendition of a source: its planar picture, its encoder, and the way to the sink. Used from the source's thread.
class PictureCoder {
public:
	/// Throws what the encoder's `create` throws.
	PictureCoder(const EncoderKind& kind, Rendition rendition, int width, int height, const Rate& rate,
		SourceSink& sink);

	/// Makes picture and encoder anew; the next picture is a keyframe with the new size.
	void Resize(int width, int height);

	I420Picture& picture() { return *picture_; }

	/// What became of a picture.
	struct Outcome {
		bool coded = false;  ///< False when rate control left it out.
		bool keyframe = false;
		bool delivered = false;
		bool calm = false;  ///< It took so few bits that nothing was left to sharpen.
		double encode_ms = 0;
	};

	/// Codes the picture as it is now. Throws NativeError `encoder-failed`.
	Outcome Code(double capture_time);

	/// The next picture is a keyframe.
	void RequestKeyframe() { keyframe_wanted_ = true; }

	/// Takes effect with the next picture, without a keyframe.
	void SetRate(const Rate& rate);

	/// Encoder and settings in words.
	std::string Description() const { return encoder_->Description(); }

private:
	const EncoderKind& kind_;
	const Rendition rendition_;
	SourceSink& sink_;
	Rate rate_;
	std::unique_ptr<I420Picture> picture_;
	std::unique_ptr<Encoder> encoder_;
	CodedPicture coded_;
	bool keyframe_wanted_ = true;
};

}  // namespace porthole
