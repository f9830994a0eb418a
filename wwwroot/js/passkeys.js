// A form with data-passkey is sent twice: first to the address that hands out what the browser needs, then, with the
// browser's answer in its hidden field, to the page.
import { onPage } from "./page-events.js";

export function startPasskeys() {
  onPage(() => {
    const here = canUsePasskeys();
    for (const element of document.querySelectorAll("[data-passkeys-here], form[data-passkey]")) {
      element.hidden = !here;
    }
    for (const element of document.querySelectorAll("[data-passkeys-missing]")) {
      element.hidden = here;
    }
  });
  document.addEventListener("submit", event => {
    const form = event.target.closest("form[data-passkey]");
    if (form && answerOf(form).value === "") {
      event.preventDefault();
      ask(form);
    }
  });
}

// A passkey belongs to a host name; browsers make none for an IP address.
function canUsePasskeys() {
  return !!window.PublicKeyCredential?.parseRequestOptionsFromJSON && !/^[\d.]+$|^\[/.test(location.hostname);
}

function answerOf(form) {
  return form.querySelector("input[type=hidden][name$=Credential]");
}

async function ask(form) {
  const error = form.querySelector("[data-passkey-error]");
  const button = form.querySelector("button[type=submit]");
  error.hidden = true;
  button.disabled = true;
  try {
    const offer = await fetch(form.dataset.from, { method: "POST", body: new FormData(form) });
    if (!offer.ok) {
      throw new Error(await offer.text());
    }
    answerOf(form).value = JSON.stringify(await credential(form.dataset.passkey, await offer.json()));
    button.disabled = false;
    form.requestSubmit(button);
  } catch (refusal) {
    button.disabled = false;
    error.textContent = refusal.name === "NotAllowedError" || refusal.name === "AbortError"
      ? "It was cancelled, or took too long."
      : refusal.name === "InvalidStateError" ? "This device has a passkey of your account already." : refusal.message;
    error.hidden = false;
  }
}

function credential(kind, options) {
  return kind === "create"
    ? navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
    : navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
}
