import type { Images } from "../ports/images.ts";

/** The same images, each looked up once: a fleet runs few releases, and a release's tag cannot be moved. */
export function rememberedImages(images: Images): Images {
  const known = new Map<string, ReturnType<Images["find"]>>();
  return {
    find: (request) => {
      const key = `${request.repository}:${request.tag} ${request.platform}`;
      const found = known.get(key) ?? images.find(request);
      known.set(key, found);
      return found;
    },
  };
}
