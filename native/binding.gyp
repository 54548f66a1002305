{
	# Sources by the systems that they are for. Includes are relative to this folder.
	"variables": {
		"portable_sources": [
			"capture/pixel-source.cc",
			"<!@(ls encode/*.cc | grep -vE 'compression-session|core-foundation|pixel-buffer-pool|videotoolbox|openh264|x264|pixel-conversion')",
			"<!@(ls net/*.cc | grep -v udp-transfer)",
			"<!@(ls rtp/*.cc)"
		],
		"linux_sources": [
			"<!@(ls capture/x11-*.cc clipboard/*.cc decode/*.cc input/*.cc)",
			"encode/openh264-encoder.cc",
			"encode/pixel-conversion-libyuv.cc",
			"encode/x264-encoder.cc",
			"net/udp-transfer-linux.cc"
		],
		"linux_libraries": [
			"-lX11", "-lXext", "-lXdamage", "-lXfixes", "-lXi", "-lXrandr", "-lXtst", "-lxkbcommon", "-lopenh264", "-lyuv", "-ldl"
		],
		"mac_sources": [
			"<!@(ls capture/seed-watch.cc capture/surface-*.cc simulator/*.cc simulator/*.mm)",
			"encode/compression-session.cc",
			"encode/core-foundation.cc",
			"encode/pixel-buffer-pool.cc",
			"encode/pixel-conversion-plain.cc",
			"encode/videotoolbox-encoder.cc",
			"net/udp-transfer-plain.cc"
		],
		"mac_libraries": [
			"-framework CoreFoundation", "-framework CoreGraphics", "-framework CoreMedia", "-framework CoreVideo",
			"-framework Foundation", "-framework IOSurface", "-framework VideoToolbox"
		]
	},
	"target_defaults": {
		"include_dirs": ["."],
		"cflags!": ["-fno-exceptions"],
		"cflags_cc": ["-std=c++20", "-fexceptions", "-O2", "-Wall", "-Wextra", "-Wno-missing-field-initializers"],
		"cflags_cc!": ["-std=gnu++17", "-std=gnu++20", "-fno-exceptions", "-fno-rtti"]
	},
	"targets": [
		{
			"target_name": "porthole",
			"defines": ["NAPI_VERSION=8", "NAPI_CPP_EXCEPTIONS"],
			"include_dirs": ["<!(node -p \"require('node-addon-api').include_dir\")"],
			"sources": ["<@(portable_sources)", "<!@(ls napi/*.cc | grep -vE 'frame-decoder|simulator|x11')"],
			"conditions": [
				["OS=='linux'", {
					"sources": [
						"<@(linux_sources)",
						"napi/frame-decoder-object.cc",
						"napi/x11-clipboard-object.cc",
						"napi/x11-objects.cc"
					],
					"libraries": ["<@(linux_libraries)"]
				}],
				["OS=='mac'", {
					"sources": ["<@(mac_sources)", "<!@(ls napi/simulator-*.cc)"],
					"libraries": ["<@(mac_libraries)"],
					"xcode_settings": {
						"CLANG_CXX_LANGUAGE_STANDARD": "c++20",
						"CLANG_CXX_LIBRARY": "libc++",
						"CLANG_ENABLE_OBJC_ARC": "YES",
						"GCC_ENABLE_CPP_EXCEPTIONS": "YES",
						"GCC_ENABLE_CPP_RTTI": "YES",
						"GCC_SYMBOLS_PRIVATE_EXTERN": "YES",
						"MACOSX_DEPLOYMENT_TARGET": "14.0",
						"OTHER_CFLAGS": ["-Wall", "-Wextra", "-Wno-missing-field-initializers", "-Wundeclared-selector"]
					}
				}]
			]
		}
	],
	"conditions": [
		["OS=='linux'", {
			# What tests run: programs that print a line a check, and programs that tests need beside a browser.
			"targets": [
				{
					"target_name": "core",
					"type": "static_library",
					"defines": ["PORTHOLE_FAULT_POINTS"],
					"direct_dependent_settings": {"defines": ["PORTHOLE_FAULT_POINTS"]},
					"cflags_cc": ["-O0"],
					"sources": [
						"<@(portable_sources)",
						"<@(linux_sources)",
						"<!@(ls simulator/*-message.cc simulator/framework-paths.cc)",
						"../test/native/check/fault-point.cc"
					]
				},
				{
					# The addon, whose threads fail when a test asks for it.
					"target_name": "porthole-faults",
					"type": "loadable_module",
					"dependencies": ["core"],
					"defines": ["NAPI_VERSION=8", "NAPI_CPP_EXCEPTIONS"],
					"include_dirs": ["<!(node -p \"require('node-addon-api').include_dir\")"],
					"cflags_cc": ["-O0"],
					"sources": ["<!@(ls napi/*.cc | grep -v simulator)"],
					"libraries": ["<@(linux_libraries)"]
				},
				{
					"target_name": "core-check",
					"type": "executable",
					"dependencies": ["core"],
					"cflags_cc": ["-O0"],
					"sources": ["../test/native/check/core-check.cc"]
				},
				{
					"target_name": "rate-check",
					"type": "executable",
					"sources": [
						"../test/native/check/rate-check.cc",
						"encode/frame-content.cc",
						"encode/rate-control.cc"
					]
				},
				{
					"target_name": "rendition-check",
					"type": "executable",
					"dependencies": ["core"],
					"cflags_cc": ["-O0"],
					"sources": ["../test/native/check/rendition-check.cc"],
					"libraries": ["-lyuv"]
				},
				{
					"target_name": "simulator-check",
					"type": "executable",
					"dependencies": ["core"],
					"cflags_cc": ["-O0"],
					"sources": ["../test/native/check/simulator-check.cc"]
				},
				{
					"target_name": "sender-check-main",
					"type": "static_library",
					"cflags_cc": ["-O0"],
					"sources": ["../test/native/check/sender-check.cc"]
				},
				{
					"target_name": "sender-check",
					"type": "executable",
					"dependencies": ["sender-check-main", "core"],
					"sources": ["net/udp-transfer-linux.cc"]
				},
				{
					"target_name": "sender-check-plain",
					"type": "executable",
					"dependencies": ["sender-check-main", "core"],
					"sources": ["net/udp-transfer-plain.cc"]
				},
				{
					"target_name": "thread-check",
					"type": "executable",
					"defines": ["PORTHOLE_FAULT_POINTS"],
					"cflags_cc": ["-O1", "-g1", "-fsanitize=thread"],
					"sources": [
						"../test/native/check/thread-check.cc",
						"../test/native/check/thread-check-faults.cc",
						"<@(portable_sources)",
						"<@(linux_sources)"
					],
					"ldflags": ["-fsanitize=thread"],
					"libraries": ["<@(linux_libraries)", "-l:libcrypto.so.3"]
				},
				{
					# What apple-check is made of beside the code that it checks, which is in whole-core.cc.
					"target_name": "apple-fakes",
					"type": "static_library",
					"include_dirs": ["../test/native/apple-fakes/include", "../test/native/apple-fakes"],
					"cflags_cc": ["-O0"],
					"sources": [
						"<!@(ls ../test/native/apple-fakes/*.cc)",
						"<!@(ls ../test/native/apple-check/*.cc | grep -v whole-core)",
						"encode/frame-content.cc",
						"encode/h264.cc",
						"encode/i420-frame.cc",
						"encode/openh264-encoder.cc",
						"encode/rate-control.cc"
					]
				},
				{
					"target_name": "apple-check",
					"type": "executable",
					"dependencies": ["apple-fakes"],
					"include_dirs": ["../test/native/apple-fakes/include"],
					"cflags_cc": ["-O1"],
					"sources": ["../test/native/apple-check/whole-core.cc"],
					"libraries": ["-lopenh264", "-lyuv"]
				},
				{
					"target_name": "apple-check-memory",
					"type": "executable",
					"dependencies": ["apple-fakes"],
					"include_dirs": ["../test/native/apple-fakes/include"],
					"cflags_cc": ["-O1", "-g1", "-fsanitize=address,undefined", "-fno-sanitize-recover=undefined"],
					"sources": ["../test/native/apple-check/whole-core-memory.cc"],
					"ldflags": ["-fsanitize=address,undefined"],
					"libraries": ["-lopenh264", "-lyuv"]
				},
				{
					"target_name": "apple-check-threads",
					"type": "executable",
					"dependencies": ["apple-fakes"],
					"include_dirs": ["../test/native/apple-fakes/include"],
					"cflags_cc": ["-O1", "-g1", "-fsanitize=thread"],
					"sources": ["../test/native/apple-check/whole-core-threads.cc"],
					"ldflags": ["-fsanitize=thread"],
					"libraries": ["-lopenh264", "-lyuv"]
				},
				{
					"target_name": "screen-client",
					"type": "executable",
					"sources": ["<!@(ls ../test/native/screen-client/*.cc)"],
					"libraries": ["-lX11"]
				},
				{
					"target_name": "frame-decoder",
					"type": "executable",
					"sources": ["../test/native/programs/frame-decoder.cc"],
					"libraries": ["-lopenh264"]
				},
				{
					"target_name": "packet-sink",
					"type": "executable",
					"sources": ["../test/native/programs/packet-sink.cc"]
				},
				{
					"target_name": "selection-client",
					"type": "executable",
					"sources": ["../test/native/programs/selection-client.cc"],
					"libraries": ["-lX11"]
				},
				{
					"target_name": "checks",
					"type": "none",
					"dependencies": [
						"apple-check", "apple-check-memory", "apple-check-threads", "core-check", "frame-decoder", "packet-sink",
						"porthole-faults", "rate-check", "rendition-check", "screen-client", "selection-client", "sender-check",
						"sender-check-plain", "simulator-check"
					]
				},
				{
					"target_name": "long-checks",
					"type": "none",
					"dependencies": ["thread-check"]
				}
			]
		}]
	]
}
