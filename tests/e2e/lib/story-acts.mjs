// What a member does and sees in the browser, in words.
import assert from 'node:assert/strict';

export const role = ({ page }, kind, name) => page.getByRole(kind, { name });
export const press = (story, name) => role(story, 'button', name).click();
export const follow = (story, name) => role(story, 'link', name).click();
export const sees = (story, text) => story.page.getByText(text).first().waitFor();
export const heading = (story, name) => role(story, 'heading', name).waitFor();
export const look = (story, name) => story.screens.look(story.page, name);

export async function logOut(story) {
  await press(story, 'Log out');
  await sees(story, 'You are logged out.');
}

export const APP_CODE = 'Code from your app';
const RECOVERY_CODE = 'Recovery code';

/** The sixth digit sends a code of the app by itself. */
export const answer = (story, code) => story.page.getByLabel(APP_CODE).fill(code);

export async function answerByRecoveryCode(story, code) {
  await press(story, 'Another way: Recovery code');
  await story.page.getByLabel(RECOVERY_CODE).waitFor();
  await look(story, 'verify-recovery');
  await story.page.getByLabel(RECOVERY_CODE).fill(code);
  await press(story, 'Confirm');
}

export const isIn = (story) => sees(story, `Logged in as ${story.name}`);

/** Presses the tab key until `target` has the focus. */
export async function tabTo(page, target) {
  const isFocused = () => target.evaluate((element) => element.getRootNode().activeElement === element);
  for (let presses = 0; !(await isFocused()); presses += 1) {
    assert.ok(presses < 30, 'the tab key does not lead there');
    await page.keyboard.press('Tab');
  }
}

export async function isNotIn(story) {
  await story.page.goto('/');
  await role(story, 'link', 'Log in').waitFor();
  assert.equal(await role(story, 'button', 'Log out').count(), 0);
}
