import type { create } from "qrcode";
// The entry would load a PNG encoder and a file system too, at every start of the server.
// @ts-expect-error The package has types for its entry alone.
import core from "qrcode/lib/core/qrcode.js";

const createCode: typeof create = core.create;

/** ISO/IEC 18004 asks for four modules of light around the symbol. */
const QUIET_MODULES = 4;

type QrProps = { text: string; label: string };

/** A QR code as inline SVG. White also in dark mode: many phone cameras do not read inverted codes. */
export const Qr = ({ text, label }: QrProps) => {
  const { modules } = createCode(text, { errorCorrectionLevel: "M" });
  const side = modules.size + 2 * QUIET_MODULES;
  return (
    <svg class="qr" role="img" viewBox={`0 0 ${side} ${side}`} shape-rendering="crispEdges">
      <title>{label}</title>
      <rect width={side} height={side} fill="#fff" />
      <path d={darkRuns(modules.size, modules.data)} fill="#000" />
    </svg>
  );
};

/** One rectangle per run of dark modules in a row: a third of the size of one per module. */
function darkRuns(size: number, data: Uint8Array): string {
  let path = "";
  for (let row = 0; row < size; row++) {
    for (let start = 0; start < size; start++) {
      if (!data[row * size + start]) continue;
      let end = start + 1;
      while (end < size && data[row * size + end]) end++;
      path += `M${start + QUIET_MODULES} ${row + QUIET_MODULES}h${end - start}v1h${start - end}z`;
      start = end;
    }
  }
  return path;
}
