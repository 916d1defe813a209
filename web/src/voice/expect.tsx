import type { JSX } from "preact";

const signed = (points: number): string =>
  `${points < 0 ? "−" : "+"}${Math.abs(points).toLocaleString("en", { minimumFractionDigits: 1 })}`;

/** What was gained on others' voices, from docs/voice-calibration.md. */
export function Expectation(): JSX.Element {
  const { speakers, corpora, rows } = __GAINS__;
  return (
    <section class="expect">
      <h2>What to expect</h2>
      <p class="how">
        Measured on {speakers} actors whom the model never met: the mean of right answers over the emotions, before and
        after, in per cent.
      </p>
      <div class="scroll" tabIndex={0} role="region" aria-label="What was gained on others’ voices">
        <table>
          <thead>
            <tr>
              <th scope="col">Learnt from</th>
              <th scope="col">before</th>
              <th scope="col">after</th>
              <th scope="col">gain</th>
              {corpora.map((corpus) => (
                <th key={corpus} scope="col" class="faint">
                  {corpus}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ known, all, each }) => (
              <tr key={known}>
                <th scope="row">{known}</th>
                <td class="figure">{all.before.toFixed(1)}</td>
                <td class="figure">{all.after.toFixed(1)}</td>
                <td class="figure">
                  <strong>{signed(all.gain)}</strong>
                </td>
                {each.map(({ gain }, i) => (
                  <td key={corpora[i]} class="figure faint">
                    {signed(gain)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="how">
        It is no promise: for some of those voices it did nothing, or harm. Nobody has measured everyday speech, other
        languages, or a microphone that changes. Switch the voice off and on and compare; where you hear no difference,
        remove it.
      </p>
    </section>
  );
}
