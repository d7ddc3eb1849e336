"use strict";
// The desk's one script: hands what the node asks to the device that keeps passkeys, and its answer back in the form.
// Source: Web Authentication Level 3 §5.1.9, §5.1.10.
const form = document.querySelector("form[data-passkey]");
const answer = form.elements.namedItem("credential");
const tell = id => { document.getElementById(id).hidden = false; };

async function ask() {
  const asked = JSON.parse(form.dataset.options);
  const device = navigator.credentials;
  if (form.dataset.passkey === "create")
    return device.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(asked) });
  return device.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(asked) });
}

form.addEventListener("submit", async event => {
  if (answer.value) return;
  event.preventDefault();
  if (!window.PublicKeyCredential || !PublicKeyCredential.parseCreationOptionsFromJSON) return tell("none");
  try {
    answer.value = JSON.stringify((await ask()).toJSON());
  } catch {
    return tell("failed");
  }
  form.submit();
});
