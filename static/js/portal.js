// Small comforts. Every page works without this file.
'use strict';

// htmx: the form token goes along with every write.
document.addEventListener('htmx:configRequest', (event) => {
  const token = document.querySelector('meta[name=csrf]');
  if (token) event.detail.headers['x-csrf-token'] = token.content;
});

// A form that was sent is not sent twice by a double click.
document.addEventListener('submit', (event) => {
  const form = event.target;
  if (form.dataset.sent) { event.preventDefault(); return; }
  if (form.method === 'post') form.dataset.sent = 'yes';
});
window.addEventListener('pageshow', () => {
  document.querySelectorAll('form[data-sent]').forEach((form) => delete form.dataset.sent);
});

// The problem list is where the reader goes on after a form was refused.
document.querySelector('.problems')?.focus();

// `/` searches; other keys are links and buttons that name them: `data-key`.
const keys = { ArrowRight: 'j', ArrowLeft: 'k' };
document.addEventListener('keydown', (event) => {
  const typing = event.target.closest('input, select, textarea, [contenteditable]');
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const key = keys[event.key] ?? event.key;
  const field = key === '/' && document.querySelector('input[type=search]');
  const link = [...document.querySelectorAll('[data-key]')].find((element) => element.dataset.key === key);
  if (field) { event.preventDefault(); field.focus(); field.select(); }
  else if (link) { event.preventDefault(); link.click(); }
});
