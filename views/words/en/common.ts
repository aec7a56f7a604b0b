/** What several areas say. */
export const common = {
  username: "Username",
  password: "Password",
  newPassword: "New password",
  confirmNewPassword: "Confirm new password",
  /** No number: how long it must be depends on the policy, and a password that is too short is told so. */
  newPasswordHint: "A few unrelated words are easier to remember and harder to guess.",
  showPassword: "Show password",
  authenticationCode: "Authentication code",
  sentWhenTyped: "Sent with the sixth digit.",
  recoveryCode: "Recovery code",
  verify: "Verify",
  signOut: "Sign out",
  copy: "Copy",
  close: "Close",
  dismiss: "Dismiss",
  undo: "Undo",
  cancel: "Cancel",
  save: "Save",
  saved: "Saved.",
  asQrCode: (label: string) => `${label} as a QR code`,
  /** All times are in UTC and say so. */
  utc: (date: string) => `${date} UTC`,
  justNow: "just now",
  minutesAgo: (minutes: number) => `${minutes} minutes ago`,
  hoursAgo: (hours: number) => (hours === 1 ? "an hour ago" : `${hours} hours ago`),
  tooManyTries: (count: number, unit: "minute" | "hour") =>
    `Too many attempts. Try again in ${count === 1 ? `a ${unit}` : `${count} ${unit}s`}.`,
};
