#!/bin/sh
# Makes the example clips: synthetic speech and two clips that hold none, 16 kHz mono 16 bit. They carry the names of
# how they were made, not of an emotion: espeak-ng does not act. Needs espeak-ng and sox.
set -eu
cd "$(dirname "$0")"

# speak NAME VOICE WORDS-A-MINUTE PITCH(0-99) PEAK(dB) TEXT
speak() {
  espeak-ng -v "$2" -s "$3" -p "$4" -w whole.wav "$6"
  sox -R whole.wav -r 16000 -b 16 -c 1 "$1.wav" norm "$5"
  rm whole.wav
}

speak espeak-fast-high en-us+f3 215 85 -1 "I can't believe it, we have won!"
speak espeak-slow-low en-gb+m3 120 15 -12 "There is nothing left to do."
speak espeak-even-middle en-gb 165 50 -6 "The train leaves at ten past four."
speak espeak-loud-rough en-us+croak 190 40 -0.3 "Stop that, right now!"

# A 50 Hz hum with its harmonics in a little noise: sound, but no speech. -R keeps the noise the same in every run.
sox -R -n -r 16000 -b 16 -c 1 hum.wav synth 1.5 sine 50 sine 100 sine 150 sine 250 pinknoise remix 1v0.15,2v0.1,3v0.06,4v0.04,5v0.02
sox -R -n -D -r 16000 -b 16 -c 1 silence.wav trim 0 1
