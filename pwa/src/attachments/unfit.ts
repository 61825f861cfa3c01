/** A chosen file that cannot be kept; the message is the sentence that the person reads. */
export class Unfit extends Error {}
