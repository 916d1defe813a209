/** Names of the audio files that are looked for in folders; what a file given by name holds is told from its bytes alone. */
export const AUDIO_FILE_NAME: RegExp = /\.(wav|flac|mp3|ogg|oga|opus|m4a|aac|webm|aif|aiff|aifc)$/i;
