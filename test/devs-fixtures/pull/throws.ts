throw new Error("no moisture sensor");
