"""A player (WHEP) or a publisher (WHIP) of GStreamer's webrtcbin.

Arguments: `play` or `publish`, and the URL it posts its offer to. The bearer token stands in the variable TOKEN. It prints
`answered LOCATION` once it is answered, `refused STATUS BODY` when it is not, and as a player `frames N` with each picture
that it has decoded. It ends with its standard input.
"""

import os
import sys
import threading
import urllib.error
import urllib.request

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstSdp", "1.0")
gi.require_version("GstWebRTC", "1.0")
from gi.repository import GLib, Gst, GstSdp, GstWebRTC  # noqa: E402

CAPS = (
    "application/x-rtp,media=video,encoding-name=H264,payload=96,clock-rate=90000,"
    "packetization-mode=(string)1,profile-level-id=(string)42e01f"
)
DECODE = "rtph264depay ! h264parse ! openh264dec ! fakesink name=pictures signal-handoffs=true sync=false"
SEND = (
    "videotestsrc is-live=true pattern=ball ! video/x-raw,format=I420,width=320,height=240,framerate=30/1 ! "
    "x264enc tune=zerolatency speed-preset=ultrafast key-int-max=30 ! video/x-h264,profile=constrained-baseline ! "
    "h264parse ! rtph264pay pt=96 config-interval=-1 aggregate-mode=zero-latency"
)

loop = GLib.MainLoop()


def say(*words):
    print(*words, flush=True)


class Peer:
    def __init__(self, role, url):
        self.url = url
        self.frames = 0
        Gst.init(None)
        self.pipeline = Gst.Pipeline()
        self.peer = Gst.ElementFactory.make("webrtcbin")
        self.peer.set_property("bundle-policy", GstWebRTC.WebRTCBundlePolicy.MAX_BUNDLE)
        self.pipeline.add(self.peer)
        self.peer.connect("on-negotiation-needed", self.offer)
        self.peer.connect("pad-added", self.show)
        if role == "play":
            receive = GstWebRTC.WebRTCRTPTransceiverDirection.RECVONLY
            self.peer.emit("add-transceiver", receive, Gst.Caps.from_string(CAPS))
        else:
            sender = Gst.parse_bin_from_description(SEND, True)
            self.pipeline.add(sender)
            sender.link(self.peer)
        self.pipeline.set_state(Gst.State.PLAYING)

    def offer(self, peer):
        peer.emit("create-offer", None, Gst.Promise.new_with_change_func(self.offered))

    def offered(self, promise):
        # What the reply holds lives as long as the reply.
        reply = promise.get_reply()
        offer = reply.get_value("offer")
        text = offer.sdp.as_text()
        self.peer.emit("set-local-description", offer, Gst.Promise.new())
        threading.Thread(target=self.post, args=(text,), daemon=True).start()

    def post(self, sdp):
        headers = {"Content-Type": "application/sdp", "Authorization": f"Bearer {os.environ['TOKEN']}"}
        request = urllib.request.Request(self.url, sdp.encode(), headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=20) as response:
                location, text = response.headers["Location"], response.read().decode()
        except urllib.error.HTTPError as error:
            say("refused", error.code, error.read().decode())
            return
        _, answer = GstSdp.SDPMessage.new_from_text(text)
        described = GstWebRTC.WebRTCSessionDescription.new(GstWebRTC.WebRTCSDPType.ANSWER, answer)
        self.peer.emit("set-remote-description", described, Gst.Promise.new())
        say("answered", location)

    def show(self, _peer, pad):
        if pad.get_direction() != Gst.PadDirection.SRC:
            return
        decoder = Gst.parse_bin_from_description(DECODE, True)
        decoder.get_by_name("pictures").connect("handoff", self.count)
        self.pipeline.add(decoder)
        decoder.sync_state_with_parent()
        pad.link(decoder.get_static_pad("sink"))

    def count(self, *_):
        self.frames += 1
        say("frames", self.frames)


def wait_for_end():
    sys.stdin.read()
    GLib.idle_add(loop.quit)


peer = Peer(sys.argv[1], sys.argv[2])
threading.Thread(target=wait_for_end, daemon=True).start()
loop.run()
peer.pipeline.set_state(Gst.State.NULL)
