#include "encoder-probe.h"

#include <CoreVideo/CoreVideo.h>

#include <chrono>
#include <cstring>
#include <future>
#include <memory>
#include <utility>

#include "cf-ref.h"
#include "clock.h"
#include "compression-session.h"
#include "native-error.h"

namespace porthole {

namespace {

constexpr int kSide = 64;
constexpr int kGrey = 128;
constexpr auto kPatience = std::chrono::seconds(2);
const EncoderSettings kSettings{kSide, kSide, {500'000, 30}};

NativeError NoPicture(CVReturn status) {
	return {"encoder-rejected", "CoreVideo made no picture to code (" + std::to_string(status) + ")."};
}

/// NV12, as screens are coded.
CfRef<CVPixelBufferRef> GreyPicture() {
	CfRef<CVPixelBufferRef> picture;
	CVReturn status = CVPixelBufferCreate(kCFAllocatorDefault, kSide, kSide,
		kCVPixelFormatType_420YpCbCr8BiPlanarVideoRange, nullptr, picture.out());
	if (status != kCVReturnSuccess) throw NoPicture(status);
	status = CVPixelBufferLockBaseAddress(picture.get(), 0);
	if (status != kCVReturnSuccess) throw NoPicture(status);
	for (std::size_t plane = 0; plane < CVPixelBufferGetPlaneCount(picture.get()); plane++) {
		std::memset(CVPixelBufferGetBaseAddressOfPlane(picture.get(), plane), kGrey,
			CVPixelBufferGetBytesPerRowOfPlane(picture.get(), plane) * CVPixelBufferGetHeightOfPlane(picture.get(), plane));
	}
	CVPixelBufferUnlockBaseAddress(picture.get(), 0);
	return picture;
}

std::string OutcomeOf(const CompressionAnswer& answer) {
	switch (answer.kind) {
		case CompressionAnswer::Kind::kCoded: return std::to_string(answer.coded.data.size()) + " bytes";
		case CompressionAnswer::Kind::kLeftOut: return "left the picture out";
		case CompressionAnswer::Kind::kFailed: break;
	}
	return "failed with status " + std::to_string(answer.status);
}

}  // namespace

EncoderProbe ProbeEncoder() {
	try {
		const CfRef<CVPixelBufferRef> picture = GreyPicture();
		// Shared, as an answer may come when nobody waits any more.
		const auto answered = std::make_shared<std::promise<CompressionAnswer>>();
		std::future<CompressionAnswer> answer = answered->get_future();
		CompressionSession session(kSettings,
			[answered](CompressionAnswer given) { answered->set_value(std::move(given)); });
		session.Encode(picture.get(), 1, SteadyClockMs(), true);
		if (answer.wait_for(kPatience) != std::future_status::ready) {
			return {false, session.description() + ": no answer within 2 s"};
		}
		const CompressionAnswer given = answer.get();
		return {given.kind == CompressionAnswer::Kind::kCoded && given.coded.keyframe && !given.coded.data.empty(),
			session.description() + ": " + OutcomeOf(given)};
	} catch (const NativeError& error) {
		return {false, error.what()};
	}
}

}  // namespace porthole
