/** What Baguette writes before the first JPEG on a pipe: the head of an HTTP answer, which `<img>` and players read. */
export const MULTIPART_HEAD = Buffer.from(
	"HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=frame\r\n\r\n",
);

/** A JPEG as a part of that answer. */
export function jpegPart(jpeg: Uint8Array): Buffer {
	const head = `--frame\r\nContent-Type: image/jpeg\r\nContent-Length: ${jpeg.length}\r\n\r\n`;
	return Buffer.concat([Buffer.from(head), jpeg, Buffer.from("\r\n")]);
}
