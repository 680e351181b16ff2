// Speaks for a viewer and a sharing application that are not ours: kill-the-clipboard, run by node.
//   open LINK PASSCODE LONGEST   opens a link as a foreign viewer; prints what it got, or how it was refused
//   make ADDRESS                 makes a guarded link of the resource on standard input; prints link and manifest
import { SHL, SHLManifestBuilder, SHLViewer } from "kill-the-clipboard";

const [act, ...given] = process.argv.slice(2);

const open = async ([shlinkURI, passcode, longest]) => {
  const viewer = new SHLViewer({ shlinkURI });
  const asked = { recipient: "A foreign viewer", embeddedLengthMax: Number(longest) };
  try {
    const { manifest, fhirResources } = await viewer.resolveSHL({ ...asked, ...(passcode && { passcode }) });
    return { label: viewer.shl.label, files: manifest.files, resources: fhirResources };
  } catch (problem) {
    return { refused: problem.constructor.name };
  }
};

const make = async ([baseManifestURL]) => {
  let content = "";
  for await (const piece of process.stdin) content += piece;
  const shl = SHL.generate({ baseManifestURL, flag: "P", label: "From elsewhere" });
  const stored = new Map();
  const uploadFile = async (jwe) => {
    stored.set(`file-${stored.size}`, jwe);
    return `file-${stored.size - 1}`;
  };
  const getFileURL = async (path) => `${baseManifestURL}/${path}`;
  const loadFile = async (path) => stored.get(path);
  const builder = new SHLManifestBuilder({ shl, uploadFile, getFileURL, loadFile });
  await builder.addFHIRResource({ content: JSON.parse(content), enableCompression: true });
  return {
    link: shl.toURI(),
    path: new URL(shl.url).pathname,
    embedded: await builder.buildManifest({ embeddedLengthMax: 10_000_000 }),
    located: await builder.buildManifest({ embeddedLengthMax: 1 }),
    stored: Object.fromEntries(stored),
  };
};

console.log(JSON.stringify(await { open, make }[act](given)));
