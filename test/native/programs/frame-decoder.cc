/// Decodes H.264 for tests, with a decoder that shares no code with x264 and none of the encoder's with openh264.
///
/// Standard input: access units, each a 32-bit little-endian length and that many bytes of Annex B.
/// Standard output: for each, 32-bit little-endian width and height (0 and 0 when it gave no frame at once), then the
/// planes Y, U, V of that size without padding. Exit code 1 and a message when the decoder found an error.

#include <wels/codec_api.h>

#include <cstdint>
#include <cstdio>
#include <vector>

namespace {

constexpr std::uint32_t kLargestUnit = 64u << 20;

bool ReadUnit(std::vector<unsigned char>& unit) {
	std::uint32_t size = 0;
	if (std::fread(&size, sizeof size, 1, stdin) != 1 || size > kLargestUnit) return false;
	unit.resize(size);
	return std::fread(unit.data(), 1, size, stdin) == size;
}

void WritePlane(const unsigned char* plane, int stride, int width, int height) {
	for (int row = 0; row < height; row++) {
		std::fwrite(plane + static_cast<std::ptrdiff_t>(row) * stride, 1, static_cast<std::size_t>(width), stdout);
	}
}

void WriteFrame(unsigned char* const planes[3], const SBufferInfo& info) {
	const SSysMEMBuffer& buffer = info.UsrData.sSystemBuffer;
	const bool there = info.iBufferStatus == 1;
	const std::uint32_t size[] = {there ? static_cast<std::uint32_t>(buffer.iWidth) : 0,
		there ? static_cast<std::uint32_t>(buffer.iHeight) : 0};
	std::fwrite(size, sizeof size, 1, stdout);
	if (!there) return;
	WritePlane(planes[0], buffer.iStride[0], buffer.iWidth, buffer.iHeight);
	WritePlane(planes[1], buffer.iStride[1], buffer.iWidth / 2, buffer.iHeight / 2);
	WritePlane(planes[2], buffer.iStride[1], buffer.iWidth / 2, buffer.iHeight / 2);
}

}  // namespace

int main() {
	ISVCDecoder* decoder = nullptr;
	if (WelsCreateDecoder(&decoder) != 0) return 1;
	int quiet = WELS_LOG_QUIET;
	decoder->SetOption(DECODER_OPTION_TRACE_LEVEL, &quiet);
	SDecodingParam parameters{};
	parameters.sVideoProperty.eVideoBsType = VIDEO_BITSTREAM_AVC;
	parameters.eEcActiveIdc = ERROR_CON_DISABLE;
	if (decoder->Initialize(&parameters) != 0) return 1;
	std::vector<unsigned char> unit;
	for (int number = 0; ReadUnit(unit); number++) {
		unsigned char* planes[3] = {};
		SBufferInfo info{};
		const DECODING_STATE state =
			decoder->DecodeFrameNoDelay(unit.data(), static_cast<int>(unit.size()), planes, &info);
		if (state != dsErrorFree) {
			std::fprintf(stderr, "frame-decoder: access unit %d: decoder state %d\n", number, static_cast<int>(state));
			return 1;
		}
		WriteFrame(planes, info);
	}
	decoder->Uninitialize();
	WelsDestroyDecoder(decoder);
	return 0;
}
