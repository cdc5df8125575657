import { useRef } from 'react';
import { Icon, toast } from '../../kit';
import { useSettingsTexts } from './texts';

/* Text to be taken away. Without a secure origin there is no clipboard for scripts: the text is selected instead. */
export function Copy({ text, label }: { text: string; label: string }) {
  const s = useSettingsTexts();
  const box = useRef<HTMLPreElement>(null);
  return (
    <div className="copybox">
      <pre ref={box} tabIndex={0} aria-label={label}>
        {text}
      </pre>
      <button
        type="button"
        className="btn s"
        onClick={() => {
          const range = document.createRange();
          range.selectNodeContents(box.current!);
          getSelection()?.removeAllRanges();
          getSelection()?.addRange(range);
          const done = () => toast(s.copied);
          if (navigator.clipboard) navigator.clipboard.writeText(text).then(done, () => undefined);
          else if (document.execCommand('copy')) done();
        }}
      >
        <Icon n="copy" size="s" />
        {s.copy}
      </button>
    </div>
  );
}
