import { InputError } from "../../errors.ts";
import { corpusNamed } from "./known.ts";
import type { Checksum, RemoteFile } from "./fetch-file.ts";

/** What there is to download of a corpus. */
export interface Listing {
  readonly files: readonly RemoteFile[];
  /** Whether each file's checksum comes from its place; else it is recorded at the first download. */
  readonly published: boolean;
}

/** Where a corpus's own people have put it. */
export interface Place {
  readonly corpus: string;
  /** For people: where it is, and where its licence stands. */
  readonly home: string;
  /** Asks the place what there is. @param ask fetches JSON or text of an address */
  list(ask: Ask, environment: Readonly<Record<string, string | undefined>>): Promise<Listing>;
  /** The checksum and length of a file that the listing could not tell, asked for just before it is fetched. */
  describe?(file: RemoteFile, ask: Ask): Promise<RemoteFile>;
}

/** Fetches the text of an address. */
export type Ask = (url: string) => Promise<string>;

const wrong = (url: string, what: string): InputError =>
  new InputError("download_failed", `${url}: ${what}; the place may have changed, please report it`);

function parsed(text: string, url: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw wrong(url, "it answers with something that is no JSON");
  }
}

/** RAVDESS on Zenodo, whose answer has the MD5 of each file. */
const ravdess: Place = {
  corpus: "ravdess",
  home: "https://zenodo.org/records/1188976",
  async list(ask) {
    const url = "https://zenodo.org/api/records/1188976";
    const record = parsed(await ask(url), url) as {
      files?: { key?: string; size?: number; checksum?: string; links?: { self?: string } }[];
    };
    const speech = record.files?.find(({ key }) => key === "Audio_Speech_Actors_01-24.zip");
    const md5 = /^md5:([0-9a-f]{32})$/.exec(speech?.checksum ?? "")?.[1];
    if (speech?.links?.self === undefined || speech.size === undefined || md5 === undefined) {
      throw wrong(url, "it lists no Audio_Speech_Actors_01-24.zip with size and md5");
    }
    const checksum: Checksum = { algorithm: "md5", value: md5 };
    return { files: [{ name: speech.key!, url: speech.links.self, bytes: speech.size, checksum }], published: true };
  },
};

/** CREMA-D on GitHub: each recording's pointer of Git LFS has its SHA-256 and length. */
const cremaD: Place = {
  corpus: "crema-d",
  home: "https://github.com/CheyneyComputerScience/CREMA-D",
  list() {
    const names = [...corpusNamed("crema-d").official().values()].flat();
    const at = "https://media.githubusercontent.com/media/CheyneyComputerScience/CREMA-D/master/AudioWAV";
    return Promise.resolve({
      files: names.map((name) => ({ name: `AudioWAV/${name}.wav`, url: `${at}/${name}.wav` })),
      published: true,
    });
  },
  async describe(file, ask) {
    const url = `https://raw.githubusercontent.com/CheyneyComputerScience/CREMA-D/master/${file.name}`;
    const pointer = await ask(url);
    const sha256 = /^oid sha256:([0-9a-f]{64})$/m.exec(pointer)?.[1];
    const bytes = /^size (\d+)$/m.exec(pointer)?.[1];
    if (sha256 === undefined || bytes === undefined) throw wrong(url, "this is no pointer of Git LFS");
    return { ...file, bytes: Number(bytes), checksum: { algorithm: "sha256", value: sha256 } };
  },
};

/** TESS on the University of Toronto's Dataverse, whose answer has the MD5 of each file. */
const tess: Place = {
  corpus: "tess",
  home: "https://doi.org/10.5683/SP2/E8H2MF",
  async list(ask) {
    const host = "https://borealisdata.ca/api";
    const url = `${host}/datasets/:persistentId/?persistentId=doi:10.5683/SP2/E8H2MF`;
    const answer = parsed(await ask(url), url) as {
      data?: {
        latestVersion?: {
          files?: { dataFile?: { id?: number; filename?: string; filesize?: number; md5?: string } }[];
        };
      };
    };
    const files = (answer.data?.latestVersion?.files ?? []).flatMap(({ dataFile }): RemoteFile[] => {
      const { id, filename, filesize, md5 } = dataFile ?? {};
      if (id === undefined || filename === undefined || !/\.(wav|zip)$/i.test(filename)) return [];
      if (filesize === undefined || md5 === undefined) throw wrong(url, `it tells no size and md5 of ${filename}`);
      const address = `${host}/access/datafile/${id}`;
      return [
        { name: safeName(filename, url), url: address, bytes: filesize, checksum: { algorithm: "md5", value: md5 } },
      ];
    });
    if (files.length === 0) throw wrong(url, "it lists no recordings");
    return { files, published: true };
  },
};

/** SAVEE wants a registration; a copy on Kaggle wants an account there. */
const savee: Place = {
  corpus: "savee",
  home: "http://kahlan.eps.surrey.ac.uk/savee/",
  list(_, { KAGGLE_USERNAME: user, KAGGLE_KEY: key }) {
    if (user === undefined || key === undefined) {
      return Promise.reject(
        new InputError(
          "download_failed",
          `savee: its authors give it to registered researchers only. Either: 1. open ${savee.home}Register.html and fill in the ` +
            `form; 2. wait for the name and password by e-mail; 3. download AudioData.zip at ${savee.home}Download.html; 4. unpack ` +
            `it, and give its folder AudioData to ser. Or with an account at Kaggle: create a token at https://www.kaggle.com/settings, ` +
            `set KAGGLE_USERNAME and KAGGLE_KEY, and run this command again`,
        ),
      );
    }
    const url = "https://www.kaggle.com/api/v1/datasets/download/ejlok1/surrey-audiovisual-expressed-emotion-savee";
    const headers = { authorization: `Basic ${Buffer.from(`${user}:${key}`).toString("base64")}` };
    return Promise.resolve({ files: [{ name: "savee.zip", url, headers }], published: false });
  },
};

function safeName(name: string, url: string): string {
  if (/^[\w][\w .-]*$/.test(name)) return name;
  throw wrong(url, `it lists a file "${name}", whose name cannot be used`);
}

/** Every corpus that can be downloaded. */
export const PLACES: readonly Place[] = [ravdess, cremaD, tess, savee];
