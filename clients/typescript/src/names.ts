// Full resource names of one brand, built and read, so that no caller glues strings together.

/** A resource name that is malformed, or an id that cannot be part of one. */
export class NameError extends Error {
  override readonly name = "NameError";
}

/** Builds the resource names of one brand. */
export class Names {
  /** @param brand id of the brand, such as `acme` */
  constructor(readonly brandId: string) {
    segment("brand", brandId);
  }

  /** `brands/{brand}` */
  get brand(): string {
    return `brands/${this.brandId}`;
  }

  /** `brands/{brand}/properties/{property}` */
  property(id: string): string {
    return `${this.brand}/properties/${segment("property", id)}`;
  }

  /** `brands/{brand}/guests/{guest}`. Use a stable number of your own system, not an e-mail address. */
  guest(id: string): string {
    return `${this.brand}/guests/${segment("guest", id)}`;
  }

  /** `brands/{brand}/guests/{guest}/consent` */
  consent(guestId: string): string {
    return `${this.guest(guestId)}/consent`;
  }

  /** `brands/{brand}/guests/{guest}/preferenceProfile` */
  preferenceProfile(guestId: string): string {
    return `${this.guest(guestId)}/preferenceProfile`;
  }

  /** `brands/{brand}/properties/{property}/decisions/{decision}` */
  decision(propertyId: string, id: string): string {
    return `${this.property(propertyId)}/decisions/${segment("decision", id)}`;
  }

  /** `brands/{brand}/offers/{offer}` */
  offer(id: string): string {
    return `${this.brand}/offers/${segment("offer", id)}`;
  }

  /** `brands/{brand}/catalog` */
  get catalog(): string {
    return `${this.brand}/catalog`;
  }
}

/** The ids in a resource name by collection: `{ brands: "acme", guests: "g-1" }`. */
export function parseName(name: string): Record<string, string> {
  const parts = name.split("/");
  const ids: Record<string, string> = {};
  for (let at = 0; at < parts.length; at += 2) {
    const collection = parts[at];
    const id = parts[at + 1];
    if (!collection) throw new NameError(`"${name}" is no resource name`);
    // A last word without an id is a singleton: `…/consent`.
    ids[collection] = id ?? "";
    if (id === "") throw new NameError(`"${name}" has an empty id after "${collection}"`);
  }
  if (!ids["brands"]) throw new NameError(`"${name}" does not begin with brands/{brand}`);
  return ids;
}

/** The last id of a resource name: `g-1` of `brands/acme/guests/g-1`. */
export function lastId(name: string): string {
  parseName(name);
  return name.slice(name.lastIndexOf("/") + 1);
}

function segment(what: string, id: string): string {
  if (id === "") throw new NameError(`the id of the ${what} is empty`);
  if (id.includes("/") || /[\u0000-\u001f\u007f]/.test(id)) {
    throw new NameError(`the id of the ${what} holds a "/" or a control character`);
  }
  if (new TextEncoder().encode(id).length > 128) {
    throw new NameError(`the id of the ${what} is longer than 128 bytes`);
  }
  return id;
}
