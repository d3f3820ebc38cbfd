// Markdown to HTML for what the desk says. Everything is escaped first, so that no answer, whatever
// wrote it, can bring an element or an attribute of its own.

const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

export function escapeHtml(text) {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character]);
}

/** Paragraphs, lists, code, bold, emphasis, and `[1]` as a button that shows that source. */
export function render(markdown) {
  const html = [];
  let lines = [];
  let code = null;
  const finish = () => {
    if (lines.length > 0) html.push(blockOf(lines));
    lines = [];
  };
  for (const line of markdown.split('\n')) {
    if (/^\s*(?:```|~~~)/.test(line)) {
      if (code === null) finish();
      else html.push(codeOf(code));
      code = code === null ? [] : null;
    } else if (code !== null) {
      code.push(line);
    } else if (line.trim() === '') {
      finish();
    } else {
      if (lines.length > 0 && isItem(line) !== isItem(lines[0])) finish();
      lines.push(line);
    }
  }
  finish();
  if (code !== null) html.push(codeOf(code));
  return html.join('');
}

function isItem(line) {
  return /^\s*(?:[-*+]|\d+[.)])\s/.test(line);
}

function blockOf(lines) {
  if (!isItem(lines[0])) return `<p>${inline(lines.join(' '))}</p>`;
  const items = lines.map((line) => line.replace(/^\s*(?:[-*+]|\d+[.)])\s+/, ''));
  return `<ul>${items.map((item) => `<li>${inline(item)}</li>`).join('')}</ul>`;
}

function codeOf(lines) {
  return `<pre tabindex="0"><code>${escapeHtml(lines.join('\n'))}</code></pre>`;
}

function inline(text) {
  // Code is set aside first: nothing in it is a mark, and bold type may stand around it.
  const code = [];
  const rest = text.replaceAll('\u0000', '').replaceAll(/`([^`]+)`/g, (_, inside) => {
    code.push(`<code>${escapeHtml(inside)}</code>`);
    return '\u0000';
  });
  return prose(rest).replaceAll('\u0000', () => code.shift());
}

function prose(text) {
  return escapeHtml(text.replace(/^#{1,6}\s+/, ''))
    .replaceAll(/\[([^\]]+)\]\([^)\s]*\)/g, '$1')
    .replaceAll(/\[(\d{1,2})\]/g, '<button type="button" class="mark" data-mark="$1">$1</button>')
    .replaceAll(/\*\*(.+?)\*\*/g, '<strong>$1</strong>')
    .replaceAll(/\*([^*\s][^*]*)\*/g, '<em>$1</em>');
}
