/** Below this a page fits into one packet either way. */
const WORTH_BYTES = 1024;

/**
 * Compresses whole pages for browsers that bring no cookie, which is the first visit.
 *
 * Not the rest: there is something of a person in it, and the length of compressed text tells of its content (BREACH);
 * parts of a page are smaller than what compressing them would cost.
 */
export function compressed(request: Request, answer: Promise<Response>): Promise<Response> {
  const may = !request.headers.has("Cookie") && takesGzip(request.headers.get("Accept-Encoding") ?? "");
  return may && request.method === "GET" ? answer.then(pack) : answer;
}

/** RFC 9110, 12.5.3; what browsers send. A weight of 0 forbids the coding. */
function takesGzip(acceptEncoding: string): boolean {
  return acceptEncoding.split(",").some((entry) => {
    const [coding = "", weight = "q=1"] = entry.toLowerCase().split(";");
    return coding.trim() === "gzip" && Number(weight.trim().replace("q=", "")) > 0;
  });
}

async function pack(answer: Response): Promise<Response> {
  const { status, headers } = answer;
  if (status !== 200 || !headers.get("Content-Type")?.startsWith("text/html") || headers.has("Content-Encoding"))
    return answer;
  const body = await answer.bytes();
  if (body.length < WORTH_BYTES) return new Response(body, { status, headers });
  headers.set("Content-Encoding", "gzip");
  headers.append("Vary", "Accept-Encoding");
  return new Response(Bun.gzipSync(body, { level: 9 }), { status, headers });
}
